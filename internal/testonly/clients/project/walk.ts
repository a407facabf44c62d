// What every generated client does: the life of an agent, and an update that must keep what it leaves out.
import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';

// Credentials are those of a mock with its defaults.
export const headers = {'x-api-key': 'demo-key', 'x-workspace-id': 'ws-demo'};
export const baseUrl = process.env.BASE_URL ?? '';

// An agent whose fields all differ from their defaults.
export const full = {
  name: 'Renewals',
  llmModel: 'gpt-4o-mini' as const,
  ttsModel: {provider: 'rime', voiceId: 'mistv2_Brook'},
  smartCallback: true,
  maxAttemptsForSmartCallback: 3,
  gapBetweenEachAttemptForSmartCallback: [{days: 0, hours: 2}],
  phoneNumberIds: ['678c5e02b4a7d90f31c8e6a1'],
  settings: {speed: 0.9},
  variables: {company: 'Example'},
};

// The README's own update.
export const changes = {llmModel: 'gpt-5' as const, name: 'Renewals, spring'};

export interface Agent {
  _id: string;
  name: string;
  llmModel: string;
}

export interface Client {
  create(body: typeof full): Promise<Agent>;
  read(id: string): Promise<Agent>;
  update(id: string, body: typeof changes): Promise<Agent>;
  list(): Promise<Agent[]>;
  remove(id: string): Promise<void>;
  isGone(id: string): Promise<boolean>;
}

// walk takes a client through the life of an agent.
export async function walk(client: Client): Promise<void> {
  const made = await client.create(full);
  const shown = await client.read(made._id);
  for (const [name, value] of Object.entries(full)) {
    deepStrictEqual((shown as unknown as Record<string, unknown>)[name], value, `created with another ${name}`);
  }
  await client.update(made._id, changes);
  const updated = await client.read(made._id);
  for (const [name, value] of Object.entries({...full, ...changes})) {
    deepStrictEqual((updated as unknown as Record<string, unknown>)[name], value, `after the update: another ${name}`);
  }
  ok((await client.list()).some((agent) => agent._id === made._id && agent.name === changes.name), 'not in the list');
  await client.remove(made._id);
  ok(await client.isGone(made._id), 'still there after it was deleted');
  strictEqual((await client.list()).some((agent) => agent._id === made._id), false, 'still in the list');
  console.log('ok');
}

// must returns what an answer has, or fails with what it has instead.
export function must<T>(result: {data?: T; error?: unknown}): T {
  if (result.data === undefined) throw new Error(JSON.stringify(result.error));
  return result.data;
}
