import type { VNode } from 'preact';
import type { Crossing } from '../../../../analytics/model/topology';
import type { Workload } from '../../../../analytics/model/workload';
import { count } from '../words';
import { Remark } from './remark';

interface Props {
  readonly workloads: readonly Workload[];
  readonly crossings: readonly Crossing[];
}

/** Who of one environment talks to whom of another; with its shared services apart. */
export function Crossings({ workloads, crossings }: Props): VNode {
  const names = new Map(workloads.map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const crossed = ({ client, server, service, from, to, connections, unanswered }: Crossing): string =>
    `${nameOf(client)} (${from}) → ${nameOf(server)} (${to}) on ${service}, ${count(connections, 'connection')}${unanswered === true ? ', none of them answered' : ''}`;
  return (
    <>
      <Remark title="Between environments" items={crossings.filter(({ shared }) => shared !== true).map(crossed)} />
      <Remark
        title="Shared services of another environment"
        items={crossings.filter(({ shared }) => shared === true).map(crossed)}
      />
    </>
  );
}
