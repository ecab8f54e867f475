import type { Backend } from './backend';
import { json } from './json';
import { kubernetes } from './kubernetes';
import { nftables, nftablesHost } from './nftables';

/** By name, in the order they are offered. */
export const BACKENDS: ReadonlyMap<string, Backend> = new Map(
  [nftables, nftablesHost, kubernetes, json].map((backend) => [backend.name, backend]),
);
