const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', tsx: true },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
    },
  },
];

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  // A hang is found all the same; a slow machine is not one.
  testTimeout: 30_000,
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: { '\\.m?[jt]sx?$': swc },
  // Packages that are ES modules only, which jest cannot require as they are.
  transformIgnorePatterns: ['/node_modules/(?!(@tus|srvx|@kubernetes|openid-client|oauth4webapi|jose)/)'],
  collectCoverageFrom: [
    '{ingest,analytics,recommender,api,fixtures}/**/*.{ts,tsx}',
    '!**/*.test.*',
    '!**/*.{system,fixture}.ts',
    '!**/bench/**',
  ],
  coverageReporters: ['text-summary', 'lcov'],
};
