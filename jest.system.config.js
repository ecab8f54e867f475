/** Suites that need more than Node: a kernel with nftables, a browser. Each skips with a reason, or fails under CI=true. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['**/*.system.ts'],
  testTimeout: 240_000,
};
