// Requests are not validated by the client itself: it looks for required headers where none can be (0.95).
export default {
  input: 'api.json',
  output: {path: 'hey', importFileExtension: '.js'},
  plugins: ['@hey-api/client-fetch', 'zod', {name: '@hey-api/sdk', validator: {response: 'zod'}}],
};
