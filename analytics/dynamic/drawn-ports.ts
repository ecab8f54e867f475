import { groupBy } from '../graph/group-by';
import { confidenceOf } from '../noise/confidence';
import { SURE } from './dynamic-service';
import { LEAST_PORTS } from './port-lives';
import { lasts, wanderOf, type Life } from './wander';

/** The ports of one protocol that servers which do the same (a tier, a shared service) were seen serving. */
export interface GroupPorts {
  /** Names the group; no two have the same together with the protocol. */
  readonly group: string;
  readonly protocol: number;
  readonly members: number;
  readonly ports: readonly GroupPort[];
}

/** A port of a group: its use on any of the members taken together. */
export interface GroupPort extends Life {
  /** Members that served it. */
  readonly servers: number;
  /** Whether it may be drawn at all: a registered port, or one below 1024, is a service of its own. */
  readonly mayWander: boolean;
}

/** The one service of a group whose port wanders. */
export interface DrawnPorts {
  readonly group: string;
  readonly protocol: number;
  /** Ports seen that are instances of it, sorted. */
  readonly drawn: readonly number[];
  /** Ports seen that are services of their own. Whatever else the group will serve is an instance of the drawn one. */
  readonly fixed: ReadonlySet<number>;
  /** 0 to 1, at least `SURE`. */
  readonly confidence: number;
  /** In words, with numbers. */
  readonly reason: string;
}

const HOUR = 3_600;
const DAY = 86_400;
/** A port that comes back on each of so many days is no accident of drawing. */
const HABIT_DAYS = 3;

/**
 * Finds groups whose servers draw the ports they serve, which one server alone may show too few of. Fixed stays what is
 * registered, what most members serve, what lasts, and what comes back day after day; the rest is tested as the ports of
 * one server are, because members of a group do the same: their fixed ports would be the same ports.
 *
 * A group that shows some of it but not enough is joined with the others that do. Then each may have as many fixed
 * ports of its own as any server has, and what is left beyond that is drawn.
 *
 * @param window of the uses: epoch seconds
 * @returns in the order of the groups
 */
export function findDrawnPorts(
  groups: readonly GroupPorts[],
  window: { readonly from: number; readonly to: number },
): DrawnPorts[] {
  const suspects = groups.flatMap((group) => {
    const free = group.ports.filter((port) => !isFixed(port, group, window));
    if (free.length < LEAST_PORTS) return [];
    const own = wanderOf(free, window);
    return own.confidence > 0 ? [{ group, free, own }] : [];
  });
  const together = new Map(
    [...groupBy(suspects, ({ group }) => group.protocol)].map(([protocol, alike]) => [
      protocol,
      { groups: alike.length, ...wanderOf(acrossGroups(alike.flatMap(({ free }) => free)), window, alike.length) },
    ]),
  );
  return suspects.flatMap(({ group, free, own }) => {
    const joint = together.get(group.protocol);
    const surer = joint !== undefined && joint.confidence > own.confidence ? joint : own;
    if (surer.confidence < SURE) return [];
    const drawn = free.map(({ port }) => port).sort((a, b) => a - b);
    const instances = new Set(drawn);
    return [
      {
        group: group.group,
        protocol: group.protocol,
        drawn,
        fixed: new Set(group.ports.map(({ port }) => port).filter((port) => !instances.has(port))),
        confidence: confidenceOf(surer.confidence),
        reason:
          joint && surer === joint
            ? `${own.reason}; with ${joint.groups - 1} others that show the same, ${joint.reason}`
            : own.reason,
      },
    ];
  });
}

function isFixed(port: GroupPort, { members }: GroupPorts, window: { from: number; to: number }): boolean {
  if (!port.mayWander) return true;
  const isCommon = port.servers >= 2 && 2 * port.servers > members;
  return isCommon || lasts(port, window) || isHabit(port, window);
}

function isHabit({ first, last, hours }: Life, window: { from: number; to: number }): boolean {
  const days = Math.floor((last - first) / DAY) + 1;
  return days >= HABIT_DAYS && hours >= days && 2 * (last - first) >= window.to - window.from;
}

/** A port that several groups serve is one port that came back, as far as their servers are alike. */
function acrossGroups(ports: readonly Life[]): Life[] {
  return [...groupBy(ports, ({ port }) => port)].map(([port, lives]) => {
    const first = lives.reduce((least, life) => Math.min(least, life.first), Infinity);
    const last = lives.reduce((most, life) => Math.max(most, life.last), 0);
    const hours = lives.reduce((sum, life) => sum + life.hours, 0);
    return { port, first, last, hours: Math.min(hours, Math.ceil((last - first) / HOUR)) };
  });
}
