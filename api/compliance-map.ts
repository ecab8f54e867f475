import type { LinkState, MapLink } from '../analytics/layout';
import type { Topology } from '../analytics/model/topology';
import { OUTCOMES, STANCES, type ComplianceMap } from '../recommender/compliance';
import type { MapAnswer } from './console/contract';
import { drawMap, drawnAs } from './map';

/** `draft`: what the policy says of each conversation; `observed`: what became of it on the way. */
export const COMPLIANCE_VIEWS = ['draft', 'observed'] as const;
type ComplianceView = (typeof COMPLIANCE_VIEWS)[number];

type Edge = ComplianceMap['edges'][number];

/** How what became of a conversation is drawn. */
const DRAWN = {
  passed: 'allowed',
  seen: 'unprotected',
  blocked: 'denied',
  unanswered: 'unknown',
} as const satisfies Readonly<Record<keyof Edge['outcomes'], LinkState>>;
const SERVICES_NAMED = 3;

/** The picture with every conversation of the window in it, coloured by what it is to the policy. */
export function complianceMapOf(
  topology: Topology,
  compliance: ComplianceMap,
  view: ComplianceView,
  expanded: readonly string[],
): MapAnswer {
  const ends = compliance.edges.flatMap(({ client, server }) =>
    [client, server].flatMap(({ group, kind }) => (group === null ? [] : [{ id: group, kind }])),
  );
  const drawn = drawnAs(topology, ends);
  const drawable = compliance.edges.flatMap((edge) => {
    const [from, to] = [edge.client.group, edge.server.group].map((group) => drawn.get(group ?? ''));
    return from === undefined || to === undefined ? [] : [{ edge, from, to }];
  });
  const links = drawable.flatMap(({ edge, from, to }) => partsOf(edge, view).map((part) => ({ ...part, from, to })));
  const answer = drawMap(topology, links, expanded);
  const beside = compliance.leftOff + compliance.edges.length - drawable.length;
  const hidden = { ...answer.view.hidden, edges: answer.view.hidden.edges + beside };
  return { ...answer, view: { ...answer.view, hidden }, words: compliance.words };
}

type Part = Omit<MapLink, 'from' | 'to'>;

/** One line for each state that any of the conversations is in. */
function partsOf(edge: Edge, view: ComplianceView): Part[] {
  const { stances, outcomes, services, rules } = edge;
  if (view === 'draft') {
    return STANCES.flatMap((state): Part[] => {
      const { tuples, connections } = stances[state];
      const label = named(services.filter(({ stance }) => stance === state));
      const admitting = state === 'allowed' ? rules.map(({ rule }) => rule) : [];
      return tuples === 0 ? [] : [{ state, connections, label, rules: admitting }];
    });
  }
  return OUTCOMES.flatMap((outcome): Part[] => {
    const { tuples, connections } = outcomes[outcome];
    return tuples === 0 ? [] : [{ state: DRAWN[outcome], connections, label: named(services), rules: [] }];
  });
}

function named(services: Edge['services']): string {
  return services
    .slice(0, SERVICES_NAMED)
    .map(({ words }) => words)
    .join(', ');
}
