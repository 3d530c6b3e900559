import { defineConfig } from 'vitest/config';

const nightly = process.env['TALLY_NIGHTLY'] === '1';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: nightly
      ? ['packages/*/src/**/*.nightly.test.ts', 'test/**/*.nightly.test.ts']
      : ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(nightly ? [] : ['**/*.nightly.test.ts'])],
    testTimeout: nightly ? 3_600_000 : 120_000,
    hookTimeout: nightly ? 3_600_000 : 120_000,
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--conditions=source'],
    reporters: ['default', './scripts/plain-summary-reporter.ts'],
  },
});
