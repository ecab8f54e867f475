import { isIP } from 'node:net';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { contains, formatAddress, parseAddress, prefixOf, type Prefix } from '../../../ingest/kernel/ip';
import { nearest } from '../../../ingest/query';
import type { Topology } from '../../model/topology';
import type { Workload } from '../../model/workload';

const NAMED = 5;
const MOST_BITS = 128;
/** Bits before those of an IPv4 address, written as an IPv6 one. */
const V4_PREFIX = 96;

/**
 * The workload of that id, or else the one of that name or address, however that is written, or else the smallest network
 * outside that holds the address: of most networks one address stands for all.
 *
 * @throws WayleaveError `unknown-workload`, `ambiguous-workload`
 */
export function findWorkload({ id: topology, workloads }: Topology, written: string): Workload {
  const exact = workloads.find(({ id }) => id === written);
  if (exact) return exact;
  const low = written.toLowerCase();
  const isAddress = isIP(written) !== 0;
  const address = isAddress ? formatAddress(parseAddress(written)) : '';
  const owners = workloads.filter(({ name, addresses }) => name.toLowerCase() === low || addresses.includes(address));
  const named = owners.length === 0 && isAddress ? networksOf(parseAddress(written), workloads) : owners;
  const [workload, ...others] = named;
  if (!workload) {
    // What is near an address as text is somebody else.
    const words = isAddress ? [] : workloads.flatMap(({ id, name }) => [id, name]);
    const near = nearest(written, words);
    const hint = near === undefined ? '`wayleave workloads` lists them' : `did you mean ${near}?`;
    throw new WayleaveError(`there is no workload "${written}" among the ${workloads.length} of ${topology}; ${hint}`, {
      code: 'unknown-workload',
      where: { workload: written },
    });
  }
  if (others.length > 0) {
    const ids = named.slice(0, NAMED).map(({ id }) => id);
    const more = named.length > NAMED ? ` and ${named.length - NAMED} more` : '';
    throw new WayleaveError(`several workloads are "${written}"; expected the id of one: ${ids.join(', ')}${more}`, {
      code: 'ambiguous-workload',
      where: { workload: written },
    });
  }
  return workload;
}

/** Those of the longest prefix that holds it; several where scopes have the same. */
function networksOf(address: bigint, workloads: readonly Workload[]): Workload[] {
  const holding = workloads.flatMap((workload) => {
    const prefix = workload.kind === 'external' ? prefixCalled(workload.id) : undefined;
    return prefix && contains(prefix, address) ? [{ workload, length: prefix.length }] : [];
  });
  const longest = Math.max(...holding.map(({ length }) => length));
  return holding.filter(({ length }) => length === longest).map(({ workload }) => workload);
}

/** What is outside and has no name of its own is called by its prefix. */
function prefixCalled(id: string): Prefix | undefined {
  const [, address = '', length = ''] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(id) ?? [];
  const family = isIP(address);
  const bits = Number(length) + (family === 4 ? V4_PREFIX : 0);
  return family === 0 || bits > MOST_BITS ? undefined : prefixOf(parseAddress(address), bits);
}
