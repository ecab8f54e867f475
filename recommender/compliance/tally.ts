import { serviceOf } from '../../analytics/conversations/query';
import { compareText } from '../../ingest/kernel/text';
import { serviceWords } from '../propose/words';
import type { Places } from '../replay/places';
import { addVolumes, NOTHING, type Volume } from '../replay/volume';
import type { Cell } from './cells';
import { differenceOf, type Judgement } from './stance';
import {
  DIFFERENCES,
  OUTCOMES,
  STANCES,
  type ClosedEnds,
  type Difference,
  type MapEdge,
  type MapEnd,
  type Outcome,
  type Stance,
} from './model';

const SERVICES_LISTED = 5;
const RULES_LISTED = 10;
const ENDS: readonly ClosedEnds[] = ['both', 'client', 'server', 'neither'];

/** Volumes under a few names. */
interface Sums {
  readonly stances: Record<Stance, Volume>;
  readonly tries: Record<Stance, Volume>;
  readonly outcomes: Record<Outcome, Volume>;
  readonly differences: Record<Difference, Volume>;
}

interface EdgeSums extends Sums {
  readonly client: MapEnd;
  readonly server: MapEnd;
  readonly ends: Record<ClosedEnds, Volume>;
  readonly services: Map<string, { words: string; stance: Stance; connections: number }>;
  readonly rules: Map<string, number>;
}

export interface EdgeTally {
  add(cell: Cell, judgement: Judgement): void;
  result(): Sums & { readonly edges: MapEdge[] };
}

/** Adds cells up to edges between the policy's groups. */
export function tallyEdges(places: Places): EdgeTally {
  const total = emptySums();
  const edges = new Map<string, EdgeSums>();
  const edgeOf = ({ client, server }: Cell): EdgeSums => {
    const [from, to] = [endOf(client, places), endOf(server, places)];
    const key = JSON.stringify([from.group, from.kind, to.group, to.kind]);
    let edge = edges.get(key);
    if (!edge) {
      edge = {
        ...emptySums(),
        ends: volumes(ENDS),
        client: from,
        server: to,
        services: new Map(),
        rules: new Map(),
      };
      edges.set(key, edge);
    }
    return edge;
  };
  return {
    add(cell, { stance, rule, ends }) {
      const edge = edgeOf(cell);
      addTo(total, cell, stance);
      addTo(edge, cell, stance);
      if (stance !== 'denied') edge.ends[ends] = addVolumes(edge.ends[ends], cell);
      if (rule !== null) edge.rules.set(rule, (edge.rules.get(rule) ?? 0) + cell.connections);
      // Of what nobody answers there are as many services as a scanner likes.
      if (cell.outcome !== 'unanswered') addService(edge, cell, stance);
    },
    result: () => ({ ...total, edges: [...edges.values()].map(edgeOfSums).sort(byConcern) }),
  };
}

export function endOf(place: number, places: Places): MapEnd {
  const group = places.groupOf(place);
  if (group) return { group: group.id, kind: group.kind, name: group.name };
  if (places.isManaged(place)) return { group: null, kind: 'ungrouped', name: 'workloads in no group of the policy' };
  if (places.isOurs(place)) return { group: null, kind: 'unknown', name: 'hosts that nobody knows' };
  return { group: null, kind: 'outside', name: 'outside' };
}

function addTo(sums: Sums, cell: Cell, stance: Stance): void {
  sums.stances[stance] = addVolumes(sums.stances[stance], cell);
  if (cell.established === 0) sums.tries[stance] = addVolumes(sums.tries[stance], cell);
  sums.outcomes[cell.outcome] = addVolumes(sums.outcomes[cell.outcome], cell);
  const difference = differenceOf(stance, cell.outcome);
  if (difference) sums.differences[difference] = addVolumes(sums.differences[difference], cell);
}

function addService({ services }: EdgeSums, { protocol, port, connections }: Cell, stance: Stance): void {
  const key = `${protocol} ${port} ${stance}`;
  const known = services.get(key);
  if (known) known.connections += connections;
  else services.set(key, { words: serviceWords(serviceOf(protocol, port)), stance, connections });
}

function edgeOfSums({ services, rules, ...edge }: EdgeSums): MapEdge {
  return {
    ...edge,
    services: [...services.values()]
      .sort((a, b) => b.connections - a.connections || compareText(a.words, b.words) || compareText(a.stance, b.stance))
      .slice(0, SERVICES_LISTED),
    rules: [...rules]
      .map(([rule, connections]) => ({ rule, connections }))
      .sort((a, b) => b.connections - a.connections || compareText(a.rule, b.rule))
      .slice(0, RULES_LISTED),
  };
}

/** Contradictions first, then what is denied, then the most answered connections: tries are many where nothing is. */
function byConcern(a: MapEdge, b: MapEdge): number {
  const sum = (volumes: Readonly<Record<string, Volume>>) =>
    Object.values(volumes).reduce((total, { connections }) => total + connections, 0);
  return (
    sum(b.differences) - sum(a.differences) ||
    b.stances.denied.connections - a.stances.denied.connections ||
    sum(b.stances) - sum(b.tries) - (sum(a.stances) - sum(a.tries)) ||
    sum(b.tries) - sum(a.tries) ||
    compareText(`${a.client.name} ${a.server.name}`, `${b.client.name} ${b.server.name}`) ||
    compareText(`${a.client.group} ${a.server.group}`, `${b.client.group} ${b.server.group}`)
  );
}

function emptySums(): Sums {
  return {
    stances: volumes(STANCES),
    tries: volumes(STANCES),
    outcomes: volumes(OUTCOMES),
    differences: volumes(DIFFERENCES),
  };
}

function volumes<Key extends string>(keys: readonly Key[]): Record<Key, Volume> {
  return Object.fromEntries(keys.map((key) => [key, NOTHING])) as Record<Key, Volume>;
}
