// Both versions of orval read this, each into a folder of its own: a client and, beside it, schemas for zod.
const folder = process.env.ORVAL_FOLDER;

module.exports = {
  client: {input: 'api.json', output: {target: `${folder}/client.ts`, client: 'fetch', baseUrl: process.env.BASE_URL}},
  zod: {input: 'api.json', output: {target: `${folder}/zod.ts`, client: 'zod'}},
};
