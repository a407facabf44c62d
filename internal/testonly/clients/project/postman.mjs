// Postman: the document as a collection, of which each request is sent as it is, with the document's own examples.
import {readFileSync} from 'node:fs';
import converter from 'openapi-to-postmanv2';
import newman from 'newman';

const document = readFileSync('api.json', 'utf8');
const options = {parametersResolution: 'Example', folderStrategy: 'Tags'};
const collection = await new Promise((resolve, reject) => {
  converter.convertV2({type: 'string', data: document}, options, (err, result) =>
    err || !result.result ? reject(err ?? new Error(result.reason)) : resolve(result.output[0].data));
});

// The deletion last, since all the others are about the same agent.
const requests = [];
const collect = (items) => items.forEach((item) => item.item ? collect(item.item) : requests.push(item));
collect(collection.item);
requests.sort((a, b) => (a.request.method === 'DELETE') - (b.request.method === 'DELETE'));
collection.item = requests;
if (requests.length !== 5) throw new Error(`${requests.length} requests`);

const summary = await new Promise((resolve, reject) => {
  newman.run({collection, envVar: [{key: 'apiKey', value: 'demo-key'}]}, (err, result) => err ? reject(err) : resolve(result));
});
for (const {item, response, requestError} of summary.run.executions) {
  if (requestError || response.code >= 300) {
    throw new Error(`${item.request.method} ${item.request.url}: ${requestError ?? response.code + ' ' + response.text()}`);
  }
}
console.log('ok');
