import { defineConfig } from 'vitest/config';
import { filesNotOnSandbox } from './test/sandbox/not-on-sandbox.ts';

export default defineConfig({
  test: {
    reporters: process.env.CI ? ['default', './test/closing-line-reporter.ts'] : ['default'],
    projects: [
      // Properties take seconds on a busy machine.
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 30_000 } },
      {
        test: {
          name: 'adapters',
          include: ['test/adapters/**/*.test.{ts,tsx}'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'sandbox',
          include: ['test/cluster/*.test.ts'],
          exclude: filesNotOnSandbox,
          globalSetup: ['test/sandbox/global-setup.ts'],
          setupFiles: ['test/sandbox/each-file.ts'],
          // Most of the time they wait; and not beside the tests of the other projects.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/cluster/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
