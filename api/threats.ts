import { isIP } from 'node:net';
import { Counter, Gauge, type Registry } from 'prom-client';
import { wholeWindow } from '../analytics/conversations';
import { findWorkload } from '../analytics/group/why';
import type { Inventory } from '../analytics/inventory';
import type { Topology, Window } from '../analytics/model/topology';
import {
  createKnownThreats,
  findThreats,
  type DetectorReport,
  type KnownThreat,
  type KnownThreats,
} from '../analytics/threats';
import { WayleaveError } from '../ingest/kernel/errors';
import { parsePrefix } from '../ingest/kernel/ip';
import type { Clock } from '../ingest/kernel/time';
import type { Store } from '../ingest/store';
import {
  isInForce,
  unitsOf,
  unitState,
  type Actor,
  type Policies,
  type Revision,
  type StoredPolicy,
} from '../recommender/lifecycle';
import { liftQuarantine, quarantine, quarantined, quarantineId, withQuarantinesOf } from '../recommender/quarantine';
import type { Policy, Selector } from '../recommender/model/policy';
import type { Config } from './config/config';
import type { Documents } from './documents';

export interface ThreatServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly documents: Pick<Documents, 'find'>;
  readonly inventory: Pick<Inventory, 'directory'>;
  readonly policies: Pick<Policies, 'list' | 'find' | 'revision' | 'revise'>;
  readonly config: Pick<Config, 'estate'>;
  readonly registry: Registry;
}

/** What a look at a window came to. */
export interface ThreatLook {
  readonly window: Window;
  readonly found: number;
  /** Not known before. */
  readonly added: number;
  /** Known of this window, and no longer there. */
  readonly gone: number;
  readonly detectors: readonly DetectorReport[];
}

export interface QuarantineWish {
  /** Id, name or address; the first managed source of the finding where none is said. */
  readonly workload?: string | undefined;
  /** Id of a finding, or how it begins. */
  readonly finding?: string | undefined;
  /** Ids or names of groups of the policy, addresses, prefixes: who may still talk to it. */
  readonly allow?: readonly string[] | undefined;
  /** After which it is to be looked at again. */
  readonly hours?: number | undefined;
}

/** A quarantine as it was imposed or lifted: the revision it made, still to be staged or enforced. */
export interface QuarantineChange {
  readonly policy: string;
  readonly revision: number;
  readonly name: string;
  readonly addresses: readonly string[];
  /** What is in quarantine in that revision. */
  readonly quarantined: readonly string[];
  /** The revision that it was made of: what is in force, where anything is. */
  readonly base: number;
  /** A draft newer than that, which this revision leaves out; null where there is none. */
  readonly leftOut: number | null;
  /** Whether something of the quarantine is staged or enforced now. */
  readonly inForce: boolean;
}

export interface ThreatService extends Omit<KnownThreats, 'keep'> {
  /** Looks for threats in a window of conversations, the last day of them unless said otherwise, and keeps them. */
  look(window?: Partial<Window>): Promise<ThreatLook>;
  /** @throws WayleaveError `bad-quarantine`, `unknown-policy`, `unknown-workload`, `unknown-threat`, … */
  quarantine(policy: string | undefined, wish: QuarantineWish, actor: Actor): Promise<QuarantineChange>;
  /** @throws WayleaveError `no-quarantine`, `unknown-policy` */
  lift(policy: string | undefined, name: string, actor: Actor): Promise<QuarantineChange>;
}

const DAY = 86_400;
/** A quarantine that nobody looks at again is a rule nobody dares to touch. */
const HOURS = 72;

export function createThreatService(deps: ThreatServiceDeps): ThreatService {
  const { store, clock, documents, inventory, policies, config, registry } = deps;
  const known = createKnownThreats({ store, clock });
  const metrics = threatMetrics(registry);
  let last: Promise<unknown> = Promise.resolve();
  /** One after another: each builds on what the one before it kept. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.catch(() => undefined).then(work);
    last = next;
    return next;
  };

  const lookAt = async (wanted: Partial<Window>): Promise<ThreatLook> => {
    const whole = await wholeWindow(store);
    if (!whole)
      throw new WayleaveError('there are no conversations to look at: no flows have been ingested, or none rolled up', {
        code: 'no-conversations',
      });
    const to = wanted.to ?? whole.to;
    const window = { from: wanted.from ?? Math.max(whole.from, to - DAY), to };
    if (window.from >= window.to)
      throw new WayleaveError('the window ends before it begins; expected it to end later', { code: 'bad-window' });
    const started = clock().getTime();
    const topology = await documents.find('topology');
    const networks = config.estate.networks.map(parsePrefix);
    const threats = await findThreats(window, { store, inventory, networks, topology, marks: await known.marks() });
    const kept = await known.keep(threats);
    metrics.looks.inc();
    metrics.seconds.set((clock().getTime() - started) / 1000);
    for (const { detector, findings } of threats.detectors) metrics.findings.set({ kind: detector }, findings);
    return { window, found: threats.findings.length, ...kept, detectors: threats.detectors };
  };

  const policyNamed = async (written: string | undefined): Promise<StoredPolicy> => {
    if (written !== undefined) return policies.find(written);
    const [only, ...others] = await policies.list();
    if (only && others.length === 0) return only;
    throw new WayleaveError(
      only
        ? `there are ${others.length + 1} policies; expected which one is to hold the quarantine`
        : 'there is no stored policy to put a quarantine into: `wayleave policy create` makes one of a recommendation',
      { code: 'unknown-policy' },
    );
  };

  const subjectOf = async (workload: string | undefined, finding: KnownThreat | undefined) => {
    const written = workload ?? suspectOf(finding);
    if (written === undefined)
      throw new WayleaveError('expected a workload to put into quarantine, or a finding that names one of ours', {
        code: 'bad-quarantine',
      });
    const topology = await documents.find('topology');
    const found = workloadIn(topology, written);
    if (!found) return { name: written, addresses: [written] };
    const to = Math.floor(clock().getTime() / 1000) + 1;
    const directory = await inventory.directory({ from: to - DAY, to });
    const current = directory.workloads().find(({ id }) => id === found.id)?.addresses ?? [];
    return { name: found.name, addresses: current.length > 0 ? current : found.addresses };
  };

  return {
    ...known,
    look: (window = {}) => inTurn(() => lookAt(window)),
    async quarantine(written, { workload, finding: named, allow = [], hours = HOURS }, actor) {
      const { id, state } = await policyNamed(written);
      // An emergency waits for no draft: what is enforced with it is what is enforced now, and who else is to be cut off.
      const revision = await policies.revision(id, state.active ?? state.head);
      const body = withQuarantinesOf(revision.body, (await policies.revision(id)).body);
      const finding = named === undefined ? undefined : await known.find(named);
      const { name, addresses } = await subjectOf(workload, finding);
      const next = quarantine(body, {
        name,
        addresses,
        reason: actor.reason,
        finding: finding ?? null,
        allow: allow.map((each) => responder(body, each)),
        now: Math.floor(clock().getTime() / 1000),
        lasts: hours * 3_600,
      });
      const effect = [`cuts off ${name} (${addresses.join(', ')}) in both directions`];
      const who = { expected: state.version, ...actor };
      const made = await policies.revise(revision.policy, next, { kind: 'revised' }, who, effect);
      return changeOf(made, { name, addresses, base: revision.number, state });
    },
    async lift(written, name, actor) {
      const { id, state } = await policyNamed(written);
      const active = state.active === null ? undefined : await policies.revision(id, state.active);
      const holds = active !== undefined && quarantined(active.body).includes(name);
      const revision = holds ? active : await policies.revision(id);
      const next = liftQuarantine(revision.body, name);
      const effect = [`lets ${name} do again what the policy allows`];
      const made = await policies.revise(revision.policy, next, { kind: 'revised' }, actor, effect);
      return changeOf(made, {
        name,
        addresses: [],
        base: revision.number,
        state,
        lifted: holds ? active.body : undefined,
      });
    },
  };
}

interface Change {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly base: number;
  /** Of the policy before. */
  readonly state: StoredPolicy['state'];
  /** What is in force and has the quarantine that was lifted. */
  readonly lifted?: Policy | undefined;
}

function changeOf(
  { policy, number, body }: Revision,
  { name, addresses, base, state, lifted }: Change,
): QuarantineChange {
  const section = quarantineId(name);
  const inForce = (lifted ? unitsOf(lifted) : []).some(
    (unit) => unit.kind === 'rule' && unit.section.id === section && isInForce(unitState(state, unit.key).stage),
  );
  const leftOut = state.head > base ? state.head : null;
  return { policy, revision: number, name, addresses, quarantined: quarantined(body), base, leftOut, inForce };
}

/** Whose doing it is, of ours. */
function suspectOf(finding: KnownThreat | undefined): string | undefined {
  const managed = (finding?.workloads ?? []).filter((each) => each.managed);
  return (managed.find(({ part }) => part === 'source') ?? managed[0])?.workload;
}

/** An address that nobody knows is quarantined as itself. */
function workloadIn(topology: Topology | undefined, written: string) {
  try {
    if (topology) return findWorkload(topology, written);
  } catch (error) {
    if (isIP(written) === 0) throw error;
  }
  if (isIP(written) !== 0) return undefined;
  throw new WayleaveError(`nothing has been analysed yet, so that nobody knows ${written}; expected an address`, {
    code: 'no-topology',
  });
}

function responder({ groups }: Policy, written: string): Exclude<Selector, { kind: 'any' }> {
  const group = groups.find(({ id, name }) => id === written || name === written);
  return group ? { kind: 'group', group: group.id } : { kind: 'prefix', prefix: prefixText(written) };
}

function prefixText(written: string): string {
  try {
    parsePrefix(written);
    return written;
  } catch (error) {
    throw new WayleaveError(`"${written}" is no group of the policy; expected one, an address or a prefix`, {
      code: 'bad-quarantine',
      cause: error,
    });
  }
}

function threatMetrics(registry: Registry) {
  const looks = new Counter({ name: 'wayleave_threat_looks_total', help: 'Looks for threats', registers: [registry] });
  const seconds = new Gauge({
    name: 'wayleave_threat_look_seconds',
    help: 'How long the last look for threats took',
    registers: [registry],
  });
  const findings = new Gauge({
    name: 'wayleave_threat_findings',
    help: 'Findings of the last look, by kind',
    labelNames: ['kind'],
    registers: [registry],
  });
  return { looks, seconds, findings };
}
