// @hey-api/openapi-ts: a client that checks requests and responses by zod, which also makes the bodies.
import {client} from './hey/client.gen.js';
import {createAgent, deleteAgent, getAgent, listAgents, updateAgent} from './hey/sdk.gen.js';
import {zAgentCreate, zAgentUpdate} from './hey/zod.gen.js';
import {baseUrl, headers, must, walk} from './walk.js';

client.setConfig({baseUrl});
const one = (agentId: string) => ({path: {agentId}, headers});

await walk({
  create: async (body) => must(await createAgent({headers, body: zAgentCreate.parse(body)})),
  read: async (id) => must(await getAgent(one(id))),
  update: async (id, body) => must(await updateAgent({...one(id), body: zAgentUpdate.parse(body)})),
  list: async () => must(await listAgents({headers})),
  remove: async (id) => {
    const {error} = await deleteAgent(one(id));
    if (error) throw new Error(JSON.stringify(error));
  },
  isGone: async (id) => (await getAgent(one(id))).response?.status === 404,
});
