// orval 8: a client by fetch whose types tell each status, and zod for what it sends and gets.
import {createAgent, deleteAgent, getAgent, listAgents, updateAgent} from './orval8/client.js';
import {CreateAgentBody, GetAgentResponse, ListAgentsResponse, UpdateAgentBody} from './orval8/zod.js';
import {headers, walk} from './walk.js';

const options = {headers};

function refused(res: {status: number; data: unknown}): never {
  throw new Error(`${res.status}: ${JSON.stringify(res.data)}`);
}

await walk({
  create: async (body) => {
    const res = await createAgent(CreateAgentBody.parse(body), options);
    return res.status === 201 ? res.data : refused(res);
  },
  read: async (id) => {
    const res = await getAgent(id, options);
    return res.status === 200 ? GetAgentResponse.parse(res.data) : refused(res);
  },
  update: async (id, body) => {
    const res = await updateAgent(id, UpdateAgentBody.parse(body), options);
    return res.status === 200 ? res.data : refused(res);
  },
  list: async () => {
    const res = await listAgents(options);
    return res.status === 200 ? ListAgentsResponse.parse(res.data) : refused(res);
  },
  remove: async (id) => {
    const res = await deleteAgent(id, options);
    if (res.status !== 204) refused(res);
  },
  isGone: async (id) => (await getAgent(id, options)).status === 404,
});
