import type { Backend } from '../backend';
import { importNftables } from './import';
import { renderNftables } from './render';

/** For a router between the workloads. */
export const nftables: Backend = {
  name: 'nftables',
  title: 'nftables',
  render: (policy) => renderNftables(policy, ['forward']),
  import: importNftables,
};

/** The same file for every workload: each its own firewall. */
export const nftablesHost: Backend = {
  name: 'nftables-host',
  title: 'nftables on every host',
  render: (policy) => renderNftables(policy, ['input', 'output']),
  import: importNftables,
};
