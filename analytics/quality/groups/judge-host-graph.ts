import { DEFAULT_CONFIG, groupWorkloads } from '../../group';
import { seededRng } from '../../graph/random';
import type { Topology } from '../../model/topology';
import { plainLouvain, profileBaselines, type Labels } from './baselines';
import { bootstrap } from './bootstrap';
import type { HostGraph } from './host-graph';
import type { Report } from './report';
import { agreement, finalGroups, roleGroups } from './topology-scores';

/** Ports of the published graphs are numbered anew, so what a number usually means is misleading. */
const ANONYMISED = { ...DEFAULT_CONFIG, lookUp: () => undefined };
const SECONDS_PER_HOUR = 3_600;
const SENSOR_SHARE = 1 / 3;
const DRAWS = 5;

/**
 * How well the groups of a labelled network are found, beside what simple methods find. Its labels are roles: hosts that
 * people made for the same work, whether or not these talk to one another. So `ari`, `ari-prefix5` and `groups` are of
 * the roles found across applications, and `ari-tiers` and `groups-tiers` of the tiers within them. `ari-low` and
 * `ari-high` bound the middle 95 % of `ari` over resampled hosts; `ari-few-sensors` is its median over five draws of a
 * third of the labelled hosts, when only what these send or receive is seen. `ari-baseline` is the best of the simple
 * methods.
 */
export function judgeHostGraph(graph: HostGraph, report: Report): void {
  const { labels, prefixLabels, dependencies } = graph;
  const topology = topologyOf(graph);
  const roles = roleGroups(topology);
  const tiers = finalGroups(topology);
  const count = (groupOf: Labels) => new Set([...labels.keys()].map((host) => groupOf.get(host))).size;
  report('ari', agreement(labels, roles), 'index');
  if (prefixLabels) report('ari-prefix5', agreement(prefixLabels, roles), 'index');
  report('groups', count(roles), 'groups');
  report('ari-tiers', agreement(labels, tiers), 'index');
  if (prefixLabels) report('ari-tiers-prefix5', agreement(prefixLabels, tiers), 'index');
  report('groups-tiers', count(tiers), 'groups');
  const [low, high] = bootstrap(labels, roles);
  report('ari-low', low, 'index');
  report('ari-high', high, 'index');
  const louvain = plainLouvain(dependencies, labels);
  report('ari-louvain', louvain, 'index');
  const profiles = profileBaselines(dependencies, labels);
  if (profiles) {
    report('ari-ports', profiles.ports, 'index');
    report('ari-neighbours', profiles.neighbours, 'index');
  }
  report('ari-baseline', Math.max(louvain, profiles?.ports ?? 0, profiles?.neighbours ?? 0), 'index');
  report('ari-few-sensors', fewSensors(graph), 'index');
}

function topologyOf({ workloads, dependencies, hours }: HostGraph): Topology {
  const window = { from: 0, to: hours * SECONDS_PER_HOUR };
  return groupWorkloads({ workloads, dependencies, window }, ANONYMISED);
}

function fewSensors(graph: HostGraph): number {
  const scores = Array.from({ length: DRAWS }, (_, draw) => {
    const view = seenFrom(graph, sensors(graph.labels, seededRng(draw + 1)));
    return agreement(view.labels, roleGroups(topologyOf(view)));
  }).sort((a, b) => a - b);
  return scores[Math.floor(DRAWS / 2)] ?? Number.NaN;
}

function sensors(labels: Labels, rng: () => number): ReadonlySet<string> {
  const keyed = [...labels.keys()].sort().map((host) => ({ host, key: rng() }));
  keyed.sort((a, b) => a.key - b.key);
  return new Set(keyed.slice(0, Math.ceil(keyed.length * SENSOR_SHARE)).map(({ host }) => host));
}

/** What some hosts see of a network; who is not seen by any of them is not in it. */
export function seenFrom(graph: HostGraph, hosts: ReadonlySet<string>): HostGraph {
  const dependencies = graph.dependencies.filter(({ client, server }) => hosts.has(client) || hosts.has(server));
  const present = new Set(dependencies.flatMap(({ client, server }) => [client, server]));
  return {
    ...graph,
    dependencies,
    workloads: graph.workloads.filter(({ id }) => present.has(id)),
    labels: new Map([...graph.labels].filter(([host]) => present.has(host))),
  };
}
