import {
  describeTarget,
  STAGES,
  unitsOf,
  unitState,
  type PolicyEvent,
  type Revision,
  type Stage,
  type StoredPolicy,
} from '../recommender/lifecycle';
import { formatTime } from '../ingest/kernel/time';

/** A stored policy as it is listed: what of its newest revision has come how far. */
export function policyView({ id, name, created, state }: StoredPolicy, nameOf?: (group: string) => string) {
  const { version, head, active, owner, comments, overrides } = state;
  return {
    id,
    name,
    created,
    version,
    head,
    active,
    owner,
    comments: comments.map((comment) => ({ ...comment, about: describeTarget(comment.target, nameOf) })),
    overrides: overrides.map((override) => ({ ...override, about: describeTarget(override.target, nameOf) })),
  };
}

export type PolicyView = ReturnType<typeof policyView>;

/** A revision with how far each rule and each closing of it has come. */
export function revisionView(policy: StoredPolicy, revision: Revision) {
  const { number, at, by, reason, source, effect, body } = revision;
  const names = new Map(body.groups.map((group) => [group.id, group.name]));
  const units = unitsOf(body).map((unit) => {
    const { stage, author, reviewers, approvers } = unitState(policy.state, unit.key);
    const what =
      unit.kind === 'rule'
        ? { kind: unit.kind, rule: unit.rule.id, section: unit.section.id, words: unit.rule.words }
        : {
            kind: unit.kind,
            group: unit.group,
            name: names.get(unit.group) ?? unit.group,
            direction: unit.direction,
            closing: unit.closing,
          };
    return { ...what, stage, author, reviewers, approvers };
  });
  const stages = Object.fromEntries(
    STAGES.map((stage) => [stage, units.filter((unit) => unit.stage === stage).length]),
  ) as Record<Stage, number>;
  return { number, at, by, reason, source, effect, stages, units, body };
}

export type RevisionView = ReturnType<typeof revisionView>;

/** The revision that an event made, if it made one. */
export function revisionOf({ at, by, reason, act }: PolicyEvent) {
  return act.kind === 'revise' ? [{ number: act.revision, at, by, reason, source: act.source.kind }] : [];
}

/** An event without the keys of what moved, which say nothing to people. */
/** @param nameOf what people call a group of it */
export function eventView({ number, at, by, reason, act }: PolicyEvent, nameOf: (group: string) => string) {
  const revision = 'revision' in act ? { revision: act.revision } : {};
  return {
    number,
    at,
    by,
    reason,
    kind: act.kind,
    ...revision,
    text: describeEvent({ number, at, by, reason, act }, nameOf),
  };
}

export type EventView = ReturnType<typeof eventView>;

/** "2026-03-01 09:00 UTC ann enforced all of it in revision 2: 40 rules and closings". */
function describeEvent({ at, by, reason, act }: PolicyEvent, nameOf: (group: string) => string): string {
  const what = (): string => {
    switch (act.kind) {
      case 'revise':
        return `${SOURCES[act.source.kind]} as revision ${act.revision}, ${counted(act.added.length)} of it new`;
      case 'comment':
        return `said of ${describeTarget(act.target, nameOf)}: ${act.text}`;
      case 'own':
        return `made ${act.owner} its owner`;
      case 'renew':
        return `renewed leases by use: ${Object.keys(act.leases).length}`;
      default: {
        const moved = `${describeTarget(act.target, nameOf)} in revision ${act.revision}: ${counted(act.units.length)}`;
        const to = act.kind === 'withdraw' ? `, back to ${act.to}` : '';
        const dropped =
          'dropped' in act && act.dropped ? `, ${act.dropped.length} of an earlier revision no longer in force` : '';
        const gate = 'gate' in act ? `; the gate: ${act.gate}` : '';
        const override = 'override' in act ? `; done against it because ${act.override}` : '';
        const needed = 'needed' in act && act.needed > 1 ? ` (of which each takes ${act.needed} approvals)` : '';
        return `${DONE[act.kind]} ${moved}${needed}${to}${dropped}${gate}${override}`;
      }
    }
  };
  return `${formatTime(at)} ${by} ${what()}${reason === '' ? '' : ` (${reason})`}`;
}

function counted(units: number): string {
  return units === 1 ? '1 rule or closing' : `${units} rules and closings`;
}

const SOURCES = {
  created: 'created it',
  recommendation: 'merged a recommendation into it',
  revised: 'revised it',
  edited: 'edited it by hand',
  'rolled-back': 'rolled it back',
  expired: 'proposed it without what ran out',
} as const;

const DONE = {
  review: 'reviewed',
  approve: 'approved',
  stage: 'staged',
  enforce: 'enforced',
  withdraw: 'withdrew',
} as const;
