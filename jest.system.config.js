/** Suites that need more than Node: a kernel with nftables, a browser. Each skips with a reason, or fails under CI=true. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['**/*.system.ts'],
  testTimeout: 240_000,
  // One at a time, each in a process of its own: the embedded engine takes no more Kafka tables in a process where it
  // was closed once, and a suite must not depend on which ran before it.
  maxWorkers: 1,
  workerIdleMemoryLimit: '1KB',
};
