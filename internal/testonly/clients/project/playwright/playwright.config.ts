import {defineConfig} from '@playwright/test';

// Eight workers share one mock. No test opens a page: what is tried is that they do not meet in the mock.
export default defineConfig({
  testDir: '.',
  fullyParallel: true,
  workers: 8,
  reporter: 'line',
  use: {baseURL: process.env.BASE_URL},
});
