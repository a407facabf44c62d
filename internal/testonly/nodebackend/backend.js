// A sound backend of the agent API, written as a Node team would: objects from JSON.parse, numbers as
// doubles, dates through toJSON, and the habits of the usual web framework (X-Powered-By, weak ETags,
// routes in any case, errors with a message). It needs nothing but Node, keeps all in memory, and ends
// when its standard input does.
//
// Environment: API_KEY is the only key that it takes (unset: any), DEFECT plants one of the defects below.
'use strict';

const http = require('node:http');
const crypto = require('node:crypto');

const defect = process.env.DEFECT || '';
const has = (name) => defect === name;

const MODELS = ['gpt-4o-mini', 'gpt-4o-enterprise', 'gpt-4.1', 'gpt-4.1-mini',
  'gemini-2.5-flash-preview-native-audio-dialog', 'gemini-2.5-flash', 'gemini-live-2.5-flash-preview',
  'geminiaudiopipeline:gemini-2.5-flash-preview-native-audio-dialog', 'gemini-2.0-flash-live-001', 'gpt-5'];

const BODY_LIMIT = 100 << 10; // as body-parser has it
const defaults = {smartCallback: false, maxAttemptsForSmartCallback: 5,
  gapBetweenEachAttemptForSmartCallback: [], phoneNumberIds: [], settings: {}, variables: {}};

class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// The rules of the fields: each returns what is wrong, or undefined.

const isObject = (v) => typeof v === 'object' && v !== null && !Array.isArray(v);
const string = (v) => typeof v === 'string' ? undefined : 'must be a string';
const number = (v) => (has('number-coerced') ? !isNaN(Number(v)) : typeof v === 'number') ? undefined
  : 'must be a number';
const boolean = (v) => typeof v === 'boolean' ? undefined : 'must be a boolean';
const object = (v) => isObject(v) ? undefined : 'must be an object';
const arrayOf = (rule) => (v) =>
  Array.isArray(v) ? v.map(rule).find((complaint) => complaint) : 'must be an array';
const shape = (rule, names) => (v) => isObject(v)
  ? names.filter((name) => v[name] !== undefined).map((name) => rule(v[name])).find((complaint) => complaint)
  : 'must be an object';

const MODEL = new RegExp(`^(${MODELS.join('|')})$`, 'g'); // which remembers where it was

function known(v) {
  // eslint-disable-next-line eqeqeq
  if (has('loose-comparison')) return MODELS.some((model) => model == v);
  if (has('stateful-pattern')) return typeof v === 'string' && MODEL.test(v);
  return MODELS.includes(v);
}

const rules = {
  name: string,
  llmModel: (v) => known(v) ? undefined : `must be one of ${MODELS.join(', ')}`,
  ttsModel: shape(string, ['provider', 'voiceId', 'name', 'language', 'elevenLabsApiKey']),
  smartCallback: boolean,
  maxAttemptsForSmartCallback: number,
  gapBetweenEachAttemptForSmartCallback: arrayOf(shape(number, ['days', 'hours'])),
  phoneNumberIds: arrayOf(string),
  settings: object,
  variables: object,
};

// What is stored of a value: itself, but for the mistakes, and as object mappers do, each gap has an _id.
function stored(name, v) {
  if (has('number-coerced') && name === 'maxAttemptsForSmartCallback') return Number(v);
  if (has('parse-int') && name === 'maxAttemptsForSmartCallback') return parseInt(v, 10);
  const free = isObject(v) && (name === 'settings' || name === 'variables');
  if (free && has('clone-by-names')) return clone(v);
  if (free && has('merge-into-prototype')) return merge({}, v);
  if (free && has('inherited-names-lost')) return Object.fromEntries(Object.entries(v).filter(([key]) => !(key in {})));
  if (free && has('to-fixed')) {
    return Object.fromEntries(Object.entries(v).map(([key, n]) => [key, typeof n === 'number' ? +n.toFixed(3) : n]));
  }
  if (name !== 'gapBetweenEachAttemptForSmartCallback' || !Array.isArray(v)) return v;
  const gaps = v.map((gap) => isObject(gap) ? {...gap, _id: crypto.randomBytes(12).toString('hex')} : gap);
  if (has('holes')) gaps.forEach((gap, i) => { if (!gap.days && !gap.hours) delete gaps[i]; });
  return gaps;
}

// Two copies that are wrong: of a list they make an object, and __proto__ leads them to what all share.
function clone(v) {
  if (typeof v !== 'object' || v === null) return v;
  const out = {};
  for (const key in v) out[key] = clone(v[key]);
  return out;
}

function merge(target, source) {
  for (const key of Object.keys(source)) {
    if (isObject(source[key])) {
      if (!isObject(target[key])) target[key] = {};
      merge(target[key], source[key]);
    } else {
      target[key] = source[key];
    }
  }
  return target;
}

function pick(body, required) {
  if (!isObject(body)) throw new HttpError(400, 'body must be an object');
  const errors = required.filter((name) => body[name] === undefined).map((name) => `${name} is required`);
  const fields = {};
  for (const [name, rule] of Object.entries(rules)) {
    if (body[name] === undefined) continue;
    if (has('truthy-fields') && !body[name]) continue;
    const complaint = rule(body[name]);
    if (complaint) errors.push(`${name} ${complaint}`);
    fields[name] = stored(name, body[name]);
  }
  if (errors.length) throw new HttpError(400, errors.join('; '));
  return has('mass-assignment') ? {...body} : fields;
}

// The key is encrypted at rest, and only shown so.

const masterKey = crypto.randomBytes(32);

function encrypt(secret) {
  const iv = crypto.randomBytes(12);
  const cipher = crypto.createCipheriv('aes-256-gcm', masterKey, iv);
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `enc:v1:${iv.toString('base64')}:${sealed.toString('base64')}`;
}

function seal(fields) {
  if (!fields.ttsModel) return fields;
  const {elevenLabsApiKey, ...ttsModel} = fields.ttsModel;
  if (elevenLabsApiKey !== undefined && ttsModel.provider === '11labs_byo') {
    ttsModel.elevenLabsApiKey = encrypt(elevenLabsApiKey);
  }
  return {...fields, ttsModel};
}

// The store answers later, as a database does.

const agents = new Map();
const tick = () => new Promise((resolve) => setImmediate(resolve));

const store = {
  async find(workspaceId, id) {
    await tick();
    const agent = agents.get(id);
    return agent && agent.workspaceId === workspaceId ? agent : undefined;
  },
  async list(workspaceId) {
    await tick();
    return [...agents.values()].filter((agent) => agent.workspaceId === workspaceId);
  },
  async insert(agent) {
    await tick();
    agents.set(agent._id, agent);
    return agent;
  },
  async update(workspaceId, id, fields) {
    const agent = await this.find(workspaceId, id);
    if (!agent) return undefined;
    const updated = {...agent, ...fields, updatedAt: new Date(), __v: agent.__v + 1};
    agents.set(id, updated);
    return updated;
  },
  async remove(id) {
    await tick();
    return agents.delete(id);
  },
};

async function create(req) {
  const now = new Date();
  const fields = seal(pick(req.body, ['name', 'llmModel', 'ttsModel']));
  if (has('falsy-defaults')) {
    fields.maxAttemptsForSmartCallback = fields.maxAttemptsForSmartCallback || 5;
    fields.name = fields.name || 'Untitled';
  }
  const own = has('shared-default') ? defaults : structuredClone(defaults);
  const agent = {_id: crypto.randomBytes(12).toString('hex'), ...own, ...fields, workspaceId: req.workspaceId,
    userId: `user_${req.workspaceId}`, status: 'ready', currentNode: 'start', activeSessions: [], type: 'voice',
    createdAt: now, updatedAt: now, __v: 0};
  return [201, await store.insert(agent)];
}

const notFound = () => new HttpError(404, 'agent not found');

async function read(req) {
  const agent = await store.find(req.workspaceId, req.id);
  if (!agent) throw notFound();
  return [200, agent];
}

async function update(req) {
  const before = await store.find(req.workspaceId, req.id);
  if (!before && has('lost-rejection')) return new Promise((resolve, reject) => setImmediate(() => notFound()));
  if (!before) throw notFound();
  let fields = seal(pick(req.body, ['llmModel']));
  if (has('shared-default')) { // assigns into the object that all agents were given
    for (const name of ['settings', 'variables']) {
      if (fields[name]) fields = {...fields, [name]: Object.assign(before[name], fields[name])};
    }
  }
  if (has('falsy-defaults')) {
    if ('maxAttemptsForSmartCallback' in fields) fields.maxAttemptsForSmartCallback ||= 5;
    if ('name' in fields) fields.name ||= before.name;
  }
  if (has('stale-document')) { // saves the whole document that it has read
    await new Promise((resolve) => setTimeout(resolve, 10));
    fields = {...before, ...fields};
  }
  return [200, await store.update(req.workspaceId, req.id, fields)];
}

async function remove(req) {
  if (has('forgotten-await')) {
    if (!store.find(req.workspaceId, req.id)) throw notFound(); // a promise is always true
  } else if (!await store.find(req.workspaceId, req.id)) {
    throw notFound();
  }
  await store.remove(req.id);
  return [204];
}

async function list(req) {
  const all = await store.list(req.workspaceId);
  if (has('sorted-in-place')) { // for a preview, and in the store as well
    all.forEach((a) => a.gapBetweenEachAttemptForSmartCallback.sort((x, y) => x.days - y.days));
  }
  if (has('sorted-as-text')) { // sort() compares texts
    return [200, all.map((a) => ({...a, gapBetweenEachAttemptForSmartCallback:
      [...a.gapBetweenEachAttemptForSmartCallback].sort((x, y) => String(x.days) < String(y.days) ? -1 : 1)}))];
  }
  return [200, all];
}

// HTTP.

const collection = {GET: list, POST: create};
const single = {GET: read, PUT: update, DELETE: remove};

function route(req) {
  const path = req.url.split('?')[0];
  const match = /^\/v1\/api\/agents(?:\/([^/]+))?\/?$/i.exec(path);
  const handler = match && (match[1] === undefined ? collection : single)[req.method];
  if (!handler) throw new HttpError(404, `Cannot ${req.method} ${path}`);
  try {
    req.id = match[1] === undefined ? undefined : decodeURIComponent(match[1]);
  } catch (err) {
    if (has('decode-unguarded')) throw err;
    throw new HttpError(400, 'Failed to decode param');
  }
  return handler;
}

let current;

function authenticate(req) {
  const key = req.headers['x-api-key']; // doubled headers are joined by a comma
  if (!key || (process.env.API_KEY && key !== process.env.API_KEY)) throw new HttpError(401, 'invalid API key');
  const workspaceId = req.headers['x-workspace-id'];
  if (!workspaceId) throw new HttpError(400, 'x-workspace-id is required');
  req.workspaceId = workspaceId;
  if (has('global-request')) { // what one request sets is what the next one has
    current = workspaceId;
    Object.defineProperty(req, 'workspaceId', {get: () => current});
  }
}

async function parseBody(req) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  if (req.method !== 'POST' && req.method !== 'PUT') return;
  if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] || '')) {
    throw new HttpError(415, 'content type must be application/json');
  }
  if (size > BODY_LIMIT) throw new HttpError(413, 'request entity too large');
  const text = has('chunk-decoding') ? chunks.map((chunk) => chunk.toString('utf8')).join('')
    : Buffer.concat(chunks).toString('utf8');
  try {
    req.body = JSON.parse(text, has('date-reviver') ? revive : undefined);
  } catch { // the message of the error may quote the text, secrets included
    throw new HttpError(400, 'malformed JSON');
  }
}

const revive = (key, v) => typeof v === 'string' && /^\d{4}-\d\d-\d\d/.test(v) && !isNaN(Date.parse(v)) ? new Date(v) : v;

// What an agent shows: with the mistake, also what it inherits.
const shown = (value) => !has('merge-into-prototype') ? value : Array.isArray(value) ? value.map(inherited)
  : inherited(value);

function inherited(agent) {
  const out = {};
  for (const name in agent) out[name] = agent[name];
  return out;
}

function send(res, status, value) {
  res.statusCode = status;
  res.setHeader('X-Powered-By', 'Express');
  if (value === undefined) return res.end();
  const text = JSON.stringify(shown(value));
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  if (has('length-in-characters')) res.setHeader('Content-Length', text.length);
  const digest = crypto.createHash('sha1').update(text).digest('base64').slice(0, 27);
  res.setHeader('ETag', `W/"${text.length.toString(16)}-${digest}"`);
  return res.end(text);
}

const server = http.createServer(async (req, res) => {
  try {
    await parseBody(req).catch((err) => { req.failure = err; });
    const handler = route(req);
    authenticate(req);
    if (has('global-request')) await new Promise((resolve) => setTimeout(resolve, 5)); // a look at a database
    if (req.failure) throw req.failure;
    send(res, ...await handler(req));
  } catch (err) {
    const status = err.status || 500;
    send(res, status, {statusCode: status, message: err.status ? err.message : 'Internal Server Error'});
  }
});

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
