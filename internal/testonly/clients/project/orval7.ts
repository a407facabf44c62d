// orval 7: a client by fetch, and zod for what it sends and gets. Of several statuses of a success its types know one.
import {createAgent, deleteAgent, getAgent, listAgents, updateAgent} from './orval7/client.js';
import {createAgentBody, createAgentResponse, getAgentResponse, listAgentsResponse, updateAgentBody, updateAgentResponse} from './orval7/zod.js';
import {headers, walk} from './walk.js';

const options = {headers};

function must(res: {status: number; data: unknown}, status: number): unknown {
  if (res.status !== status) throw new Error(`${res.status}: ${JSON.stringify(res.data)}`);
  return res.data;
}

await walk({
  create: async (body) => createAgentResponse.parse(must(await createAgent(createAgentBody.parse(body), options), 201)),
  read: async (id) => getAgentResponse.parse(must(await getAgent(id, options), 200)),
  update: async (id, body) => updateAgentResponse.parse(must(await updateAgent(id, updateAgentBody.parse(body), options), 200)),
  list: async () => listAgentsResponse.parse(must(await listAgents(options), 200)),
  remove: async (id) => void must(await deleteAgent(id, options), 204),
  isGone: async (id) => (await getAgent(id, options)).status === 404,
});
