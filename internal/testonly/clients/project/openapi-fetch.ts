// openapi-typescript and openapi-fetch: types alone.
import createClient from 'openapi-fetch';
import type {paths} from './types.js';
import {baseUrl, headers, must, walk} from './walk.js';

const client = createClient<paths>({baseUrl});
const one = (agentId: string) => ({params: {path: {agentId}, header: headers}});

await walk({
  create: async (body) => must(await client.POST('/v1/api/agents', {params: {header: headers}, body})),
  read: async (id) => must(await client.GET('/v1/api/agents/{agentId}', one(id))),
  update: async (id, body) => must(await client.PUT('/v1/api/agents/{agentId}', {...one(id), body})),
  list: async () => must(await client.GET('/v1/api/agents', {params: {header: headers}})),
  remove: async (id) => {
    const {error} = await client.DELETE('/v1/api/agents/{agentId}', one(id));
    if (error) throw new Error(JSON.stringify(error));
  },
  isGone: async (id) => (await client.GET('/v1/api/agents/{agentId}', one(id))).response.status === 404,
});
