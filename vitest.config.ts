import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Some tests start processes and real terminals; two cores are what CI has, and a third worker uses the time in which others wait.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    // No module of ours keeps state, so files may share a worker: loading each module once saves half of the time.
    isolate: false,
    // What was transformed is kept by its content, so that the next run begins with it.
    experimental: { fsModuleCache: true },
    globalSetup: ['test/support/build.ts'],
  },
});
