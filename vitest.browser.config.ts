import { defineConfig } from 'vitest/config';

/** The tests of pages in a real browser, which take half a minute by themselves: `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['test/**/*.browser.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
