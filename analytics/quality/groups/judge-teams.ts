import { groupWorkloads } from '../../group';
import { plainLouvain, type Labels } from './baselines';
import type { Report } from './report';
import type { TeamNetwork } from './team-network';
import { agreement, membership, roleGroups } from './topology-scores';

/**
 * `apps-ari`: a team's network is one application. `roles-ari`: the same host of different teams has the same role, over
 * the places that several teams have.
 */
export function judgeTeams(network: TeamNetwork, report: Report): void {
  const topology = groupWorkloads(network);
  const applications = membership(topology, new Set(['application']));
  const appOf = new Map([...applications].map(([host, { id }]) => [host, id]));
  const places = repeated(network.places);
  report('hosts', network.teams.size, 'hosts');
  report('apps-ari', agreement(network.teams, appOf), 'index');
  report('apps-ari-louvain', plainLouvain(network.dependencies, network.teams), 'index');
  report('roles-ari', agreement(places, roleGroups(topology)), 'index');
  report('roles-ari-louvain', plainLouvain(network.dependencies, places), 'index');
}

function repeated(places: Labels): Labels {
  const counts = new Map<string, number>();
  for (const place of places.values()) counts.set(place, (counts.get(place) ?? 0) + 1);
  return new Map([...places].filter(([, place]) => (counts.get(place) ?? 0) > 1));
}
