import { isIP } from 'node:net';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { formatAddress, parseAddress } from '../../../ingest/kernel/ip';
import { nearest } from '../../../ingest/query';
import type { Topology } from '../../model/topology';
import type { Workload } from '../../model/workload';

const NAMED = 5;

/**
 * The workload of that id, or else the one of that name or address, however that is written.
 *
 * @throws WayleaveError `unknown-workload`, `ambiguous-workload`
 */
export function findWorkload({ id: topology, workloads }: Topology, written: string): Workload {
  const exact = workloads.find(({ id }) => id === written);
  if (exact) return exact;
  const low = written.toLowerCase();
  const isAddress = isIP(written) !== 0;
  const address = isAddress ? formatAddress(parseAddress(written)) : '';
  const named = workloads.filter(({ name, addresses }) => name.toLowerCase() === low || addresses.includes(address));
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
