import { defineConfig } from 'vitest/config';

// What runs for minutes, and only when it is asked for.
export default defineConfig({
  test: { include: ['test/**/*.soak.ts'], globalSetup: ['test/support/build.ts'] },
});
