import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/src/**/*.test.tsx', 'tests/**/*.test.ts'],
    globalSetup: ['tests/build-console.ts', 'tests/catalogue.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Real engines and servers run in these tests; two at a time is what a two-core machine carries.
    maxWorkers: 2,
  },
});
