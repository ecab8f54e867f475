import { DEFAULT_CONFIG, groupWorkloads } from '../../../analytics/group';
import type { Dependency } from '../../../analytics/model/dependency';
import type { Workload } from '../../../analytics/model/workload';
import type { Report } from '../../../analytics/quality/groups/report';
import { hasPorts } from '../../../ingest/kernel/port';
import { kneeOf, mergePath } from '../../consolidate';
import { drawnPortsOf, propose } from '../../propose';
import { BUDGETS } from './budgets';
import { numberDrawn } from './drawn-numbers';
import type { HostDays, HostSplit } from './host-days';
import { reportRules, type Trial } from './report-rules';

/** Ports of the published networks are numbered anew, so what a number usually means is misleading. */
const ANONYMISED = { ...DEFAULT_CONFIG, lookUp: () => undefined };
/**
 * Rules learned between the labelled hosts of a published network, put to the next day. All of the training days'
 * traffic is grouped; rules are proposed, and judged, for what has a labelled host at both ends.
 */
export function judgeHostDays(network: HostDays, report: Report): void {
  network.splits.forEach((split, at) => {
    const name = at === 0 ? '' : `${split.name.replaceAll(' ', '-')} `;
    reportRules(trialOf(network, split), (metric, value, unit) => report(`${name}${metric}`, value, unit), split.name);
  });
}

function trialOf({ hosts, labelled, served }: HostDays, split: HostSplit): Trial {
  const { window, test } = split;
  const training = split.training();
  const workloads = workloadsOf(hosts, labelled);
  const present = new Set(training.flatMap(({ client, server }) => [client, server]));
  const topology = groupWorkloads(
    { workloads: workloads.filter(({ id }) => present.has(id)), dependencies: training, window },
    ANONYMISED,
  );
  const inside = ({ client, server }: Dependency) => labelled.has(client) && labelled.has(server);
  const drawn = drawnPortsOf({ topology, dependencies: training }, hasPorts);
  const numbered = numberDrawn(topology, drawn);
  const learned = numbered(training.filter(inside));
  const policy = propose({
    topology,
    dependencies: learned,
    name: 'labelled hosts',
    now: new Date(0).toISOString(),
    wanders: () => false,
    ranges: [],
  });
  const estate = workloads.filter(({ id }) => labelled.has(id));
  const path = mergePath(policy, { workloads: estate, served: learned, handedOut: () => false });
  const pairs = new Set(learned.map(({ client, server }) => `${client}\t${server}`)).size;
  return {
    path,
    chosen: kneeOf(path, { surface: BUDGETS.surface, rules: pairs / BUDGETS.compression }),
    workloads: estate,
    attackers: estate,
    learned: training.filter(inside),
    test: { raw: test, judged: numbered(test) },
    served: { raw: served, judged: numbered(served) },
  };
}

/** With addresses of their own, since rules are of addresses. */
function workloadsOf(hosts: readonly string[], labelled: ReadonlySet<string>): Workload[] {
  return hosts
    .map((id, at): Workload => {
      const number = at + 1;
      const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
      return { id, name: id, kind: labelled.has(id) ? 'managed' : 'unknown', addresses: [address], labels: {} };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
