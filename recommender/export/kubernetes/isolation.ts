import { compareText } from '../../../ingest/kernel/text';
import { SIDES, type Side } from '../../model/closing';
import type { Labelling, Membership } from './labels';
import type { PolicyPort } from './ports';

export interface Peer {
  readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly namespaceSelector?: Readonly<Record<string, never>>;
  readonly ipBlock?: { readonly cidr: string };
}

/** One entry of `ingress` or `egress`; without peers it is for everybody. */
export interface Opening {
  readonly peers: readonly Peer[] | undefined;
  readonly ports: readonly PolicyPort[];
  readonly comment: string;
}

/** One NetworkPolicy: the pods with all of these labels are closed in these directions, but for what is opened. */
export interface Isolation {
  readonly name: string;
  readonly selected: readonly Membership[];
  readonly inbound: Opening[] | undefined;
  readonly outbound: Opening[] | undefined;
}

export interface Isolations {
  /** Where to say what is opened to those of a membership's pods that are closed on this side; undefined without any. */
  isolate(membership: Membership, side: Side): Opening[] | undefined;
  /** By name. */
  isolations(): Isolation[];
}

/**
 * A pod that any policy selects for a direction is closed in it, so that a policy must not select pods that are open
 * there: of a membership that is closed in part, those are selected that have the label of what is closed as well.
 */
export function createIsolations({ closedTo }: Labelling): Isolations {
  const closed = { inbound: closedTo('inbound'), outbound: closedTo('outbound') };
  const closedPods = { inbound: new Set(closed.inbound.pods), outbound: new Set(closed.outbound.pods) };
  const made = new Map<string, Isolation>();
  const make = (name: string, selected: readonly Membership[], sides: readonly Side[]): Isolation => {
    const known = made.get(name);
    if (known) return known;
    const openings = (side: Side) => (sides.includes(side) ? [] : undefined);
    const isolation = { name, selected, inbound: openings('inbound'), outbound: openings('outbound') };
    made.set(name, isolation);
    return isolation;
  };

  return {
    isolate(membership, side) {
      const { name, partly, pods } = membership;
      const inside = pods.filter((pod) => closedPods[side].has(pod)).length;
      if (inside === 0) return undefined;
      if (inside === pods.length) {
        const whole = SIDES.filter((each) => pods.every((pod) => closedPods[each].has(pod)));
        return make(name, [membership], whole)[side];
      }
      if (inside === closedPods[side].size) return make(closed[side].name, [closed[side]], [side])[side];
      return make(partly[side], [membership, closed[side]], [side])[side];
    },
    isolations: () => [...made.values()].sort((a, b) => compareText(a.name, b.name)),
  };
}
