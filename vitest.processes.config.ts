import { defineConfig } from 'vitest/config';

/** Whole processes: killed, raced, kept from the disk, and run by the shell text of the documents: `npm run test:processes`. */
export default defineConfig({
  test: {
    include: ['test/**/*.processes.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    experimental: { fsModuleCache: true },
    globalSetup: ['test/support/build.ts'],
  },
});
