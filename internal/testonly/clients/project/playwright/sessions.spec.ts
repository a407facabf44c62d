import {test as base, expect, type APIRequestContext} from '@playwright/test';

// api sends requests in the session of the worker.
const test = base.extend<{api: APIRequestContext}>({
  api: async ({playwright, baseURL}, use, info) => {
    const api = await playwright.request.newContext({baseURL, extraHTTPHeaders: {
      'X-Mock-Session': `worker-${info.parallelIndex}`, 'x-api-key': 'demo-key', 'x-workspace-id': 'ws-demo',
    }});
    await api.post('/__mock/reset');
    await use(api);
    await api.dispose();
  },
});

for (let i = 0; i < 400; i++) {
  test(`the life of agent ${i}`, async ({api}, info) => {
    const agents = async (): Promise<{_id: string, name: string}[]> => (await api.get('/v1/api/agents')).json();
    const start = await agents();
    const name = `Agent ${i} of worker ${info.parallelIndex}`;
    const created = await api.post('/v1/api/agents', {data: {name, llmModel: 'gpt-5', ttsModel: {}}});
    expect(created.status(), await created.text()).toBe(201);
    const {_id} = await created.json();
    const updated = await api.put(`/v1/api/agents/${_id}`, {data: {llmModel: 'gpt-4.1', name: `${name}, changed`}});
    expect(updated.status()).toBe(200);
    expect((await agents()).map((agent) => agent.name)).toEqual([...start.map((agent) => agent.name), `${name}, changed`]);
    if (i % 2) {
      expect((await api.delete(`/v1/api/agents/${_id}`)).status()).toBe(204);
    } else {
      await api.post('/__mock/reset');
    }
    expect(await agents()).toEqual(start);
  });
}
