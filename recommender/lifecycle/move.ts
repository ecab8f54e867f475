import { WayleaveError } from '../../ingest/kernel/errors';
import { SIDES } from '../model/closing';
import { closedMembers } from './closed-members';
import { describeMore } from './describe-more';
import { isInForce, isSamePerson, unitState } from './fold-events';
import { STAGES, type Act, type Action, type GateVerdict, type PolicyState, type Revision, type Stage } from './model';
import { TRANSITIONS, type Excluded } from './transitions';
import { describeTarget, describeUnit, speakingOf, targetNames, targetUnits, unitsOf, type Unit } from './units';

export interface MoveInput {
  readonly action: Extract<Action, { readonly target: unknown; readonly revision: number }>;
  readonly by: string;
  readonly state: PolicyState;
  /** The one that the action names. */
  readonly revision: Revision;
  /** What is staged or enforced, if anything is. */
  readonly active: Revision | undefined;
  /** How many different people approve. */
  readonly approvals: number;
  /** Of the body that is to be enforced. */
  readonly gate: GateVerdict | undefined;
}

/**
 * What becomes of an action that moves something from stage to stage.
 *
 * @throws WayleaveError `unknown-target`, `wrong-stage`, `not-allowed`, `gate`, `drops`
 */
export function settleMove(input: MoveInput): Act {
  const { action, state, revision } = input;
  const units = unitsOf(revision.body);
  const target = targetUnits(revision.body, units, action.target);
  const { target: about, revision: number } = action;
  if (action.kind === 'withdraw') {
    const back = target.filter(({ key }) => isBefore(action.to, unitState(state, key).stage));
    if (back.length === 0) throw standsElsewhere(input, target, `beyond ${action.to}`);
    const leaving = withoutNeeded(input, back);
    if (leaving.length === 0) throw stillNeeded(input, back);
    return { kind: 'withdraw', revision: number, target: about, units: keysOf(leaving), to: action.to };
  }
  const { from, to, excluded } = TRANSITIONS[action.kind];
  const moving = target.filter(({ key }) => unitState(state, key).stage === from);
  // A newer revision may only take away: then nothing of it moves, and it is in force all the same.
  const isNewer = input.active !== undefined && input.active.number < number;
  if (moving.length === 0 && !(isNewer && isInForce(to))) throw standsElsewhere(input, target, from);
  if (action.kind === 'review') return { kind: 'review', revision: number, target: about, units: keysOf(moving) };
  if (action.kind === 'approve') {
    const { approvals: needed } = input;
    const allowed = moving.filter(({ key }) => mayApprove(input, key, excluded));
    if (allowed.length === 0) throw notAllowed(input, moving, excluded);
    return { kind: 'approve', revision: number, target: about, units: keysOf(allowed), needed };
  }
  const closings = moving.flatMap((unit) => (unit.kind === 'closing' ? [unit] : []));
  requireAllows(input, { units, target, closings, arriving: new Set(keysOf(moving)), to, reached: before(to) });
  const carrying = advanceTo(input, units);
  if (isNewer && input.active) {
    const { joined, left } = closedMembers(state, input.active.body, revision.body);
    requireClosed(input, left);
    const arriving = new Set([...keysOf(moving), ...Object.keys(carrying.carried ?? {})]);
    requireAllows(input, { units, target, closings: joined, arriving, to: 'staged', reached: 'staged' });
  }
  const advance = { revision: number, target: about, units: keysOf(moving), ...carrying };
  if (moving.length === 0 && !('dropped' in advance)) throw standsElsewhere(input, target, from);
  const isGated = TRANSITIONS[action.kind].gated || (isNewer && isAnyEnforced(state));
  return { kind: action.kind, ...advance, ...(isGated ? passGate(input) : {}) };
}

/**
 * Opening a group must not cut it off: what its rules admit is denied by the closings of others that stay, if these rules
 * go. Rules that are asked for by themselves go all the same.
 */
function withoutNeeded({ action, state, active }: MoveInput, back: readonly Unit[]): readonly Unit[] {
  const isByGroup = action.target.kind === 'group' || action.target.kind === 'all';
  if (!isByGroup || !active || (action.kind === 'withdraw' && isInForce(action.to))) return back;
  const going = new Set(keysOf(back));
  const staying = unitsOf(active.body).flatMap((unit) =>
    unit.kind === 'closing' && !going.has(unit.key) && isInForce(unitState(state, unit.key).stage) ? [unit] : [],
  );
  const speaks = closedBy(active, staying);
  return back.filter(
    (unit) =>
      unit.kind === 'closing' ||
      unit.rule.action === 'deny' ||
      !isInForce(unitState(state, unit.key).stage) ||
      !speaks.some((about) => about(unit.rule)),
  );
}

function stillNeeded({ action, revision, state }: MoveInput, back: readonly Unit[]): WayleaveError {
  const stages = [...new Set(back.map(({ key }) => unitState(state, key).stage))].join(', ');
  return new WayleaveError(
    `all ${back.length} that ${describeTarget(action.target, targetNames(revision.body))} is about are rules (${stages}) that closings of other groups need; expected these closings to be withdrawn first, or the rules one by one`,
    { code: 'wrong-stage', where: { revision: action.revision } },
  );
}

/** For each side, whether a rule admits what closings deny. */
function closedBy({ body }: Revision, closings: readonly Extract<Unit, { kind: 'closing' }>[]) {
  return SIDES.map((side) => {
    const groups = new Set(closings.flatMap(({ direction, group }) => (direction === side ? [group] : [])));
    return speakingOf(body, groups, side);
  });
}

function isAnyEnforced({ units }: PolicyState): boolean {
  return [...units.values()].some(({ stage }) => stage === 'enforced');
}

function mayApprove({ by, state, approvals }: MoveInput, key: string, excluded: readonly Excluded[]): boolean {
  const { author, reviewers, approvers } = unitState(state, key);
  if (approvers.some((name) => isSamePerson(name, by))) return false;
  if (approvals < 2 || approvers.length + 1 < approvals) return true;
  const people = { author: [author], reviewer: reviewers, approver: approvers };
  return !excluded.some((role) => people[role].some((name) => isSamePerson(name, by)));
}

function notAllowed(
  { by, approvals, action, revision, state }: MoveInput,
  moving: readonly Unit[],
  excluded: readonly Excluded[],
): WayleaveError {
  const again = moving.every(({ key }) => unitState(state, key).approvers.some((name) => isSamePerson(name, by)));
  return new WayleaveError(
    again
      ? `${by} has approved ${describeTarget(action.target, targetNames(revision.body))} already: it takes ${approvals} different people`
      : `${by} cannot give ${describeTarget(action.target, targetNames(revision.body))} its last approval: of ${approvals}, that is for somebody who is not its ${excluded.join(', nor its ')}`,
    { code: 'not-allowed', where: { by } },
  );
}

interface Closes {
  readonly units: readonly Unit[];
  readonly target: readonly Unit[];
  readonly closings: readonly Extract<Unit, { kind: 'closing' }>[];
  /** Keys of what comes along. */
  readonly arriving: ReadonlySet<string>;
  /** How far a rule has to be, and what it is told to be first. */
  readonly to: Stage;
  readonly reached: Stage;
}

/** What closes must not close before what admits is there. */
function requireAllows(
  { state, revision }: MoveInput,
  { units, target, closings, arriving, to, reached }: Closes,
): void {
  if (closings.length === 0) return;
  const speaks = closedBy(revision, closings);
  const missing = units.filter(
    (unit) =>
      unit.kind === 'rule' &&
      unit.rule.action === 'allow' &&
      !arriving.has(unit.key) &&
      isBefore(unitState(state, unit.key).stage, to) &&
      speaks.some((about) => about(unit.rule)),
  );
  if (missing.length === 0) return;
  const inTarget = new Set(target);
  const outside = missing.filter((unit) => !inTarget.has(unit)).length;
  throw new WayleaveError(
    `${missing.length} rules that admit what ${describeTargetOf(closings.length)} would deny are not ${reached} yet` +
      `${outside > 0 ? `, ${outside} of them outside of what was asked for` : ''}: ` +
      `${describeMore(missing.map((unit) => `${describeUnit(unit, revision.body)}, ${unitState(state, unit.key).stage}`))}; bring them there first, or take them out of the policy`,
    { code: 'wrong-stage', where: { revision: revision.number } },
  );
}

/** Whoever leaves a closed group is open: that is said before it is done, like all that leaves enforcement. */
function requireClosed({ action, revision }: MoveInput, left: readonly string[]): void {
  if (left.length === 0 || ('drop' in action && action.drop === true)) return;
  throw new WayleaveError(
    `${left.length} addresses that are closed now are in no closed group of revision ${revision.number} and would be open: ${describeMore(left)}; say that they may be dropped`,
    { code: 'drops', where: { revision: revision.number } },
  );
}

function describeTargetOf(closings: number): string {
  return closings === 1 ? 'this closing' : `these ${closings} closings`;
}

/** What it takes for what is in force to go on in a newer revision. */
function advanceTo(
  { action, state, revision, active }: MoveInput,
  units: readonly Unit[],
): Pick<Extract<Act, { readonly kind: 'stage' | 'enforce' }>, 'carried' | 'dropped'> {
  if (!active || active.number === revision.number) return {};
  if (revision.number < active.number) {
    throw new WayleaveError(
      `revision ${active.number} is in force; expected that or a newer one: roll back to ${revision.number} to make it the newest`,
      { code: 'wrong-stage', where: { revision: revision.number } },
    );
  }
  const known = new Set(keysOf(units));
  const byRule = new Map(units.flatMap((unit) => (unit.kind === 'rule' ? [[unit.rule.id, unit]] : [])));
  const carried: Record<string, Stage> = {};
  const dropped: Unit[] = [];
  const unapproved: Unit[] = [];
  for (const unit of unitsOf(active.body)) {
    const { stage } = unitState(state, unit.key);
    if (!isInForce(stage) || known.has(unit.key)) continue;
    dropped.push(unit);
    const now = unit.kind === 'rule' ? byRule.get(unit.rule.id) : undefined;
    if (!now) continue;
    if (unitState(state, now.key).stage === 'approved') carried[now.key] = stage;
    else if (!isInForce(unitState(state, now.key).stage)) unapproved.push(now);
  }
  const listed = (some: readonly Unit[], of: Revision) => describeMore(some.map((unit) => describeUnit(unit, of.body)));
  if (unapproved.length > 0) {
    throw new WayleaveError(
      `${unapproved.length} rules are in force as revision ${active.number} has them, and revision ${revision.number} has them otherwise, which is not approved: ${listed(unapproved, revision)}`,
      { code: 'wrong-stage', where: { revision: revision.number } },
    );
  }
  const gone = dropped.filter((unit) => unit.kind !== 'rule' || !byRule.has(unit.rule.id));
  if (gone.length > 0 && !('drop' in action && action.drop === true)) {
    throw new WayleaveError(
      `${gone.length} in force by revision ${active.number} are not in revision ${revision.number} and would no longer be: ${listed(gone, active)}; say that they may be dropped (\`drop\`)`,
      { code: 'drops', where: { revision: revision.number } },
    );
  }
  return {
    ...(Object.keys(carried).length > 0 ? { carried } : {}),
    ...(dropped.length > 0 ? { dropped: keysOf(dropped) } : {}),
  };
}

function passGate({ action, gate, revision }: MoveInput): { gate: string; override?: string } {
  const found = gate?.words ?? 'the gate has not been run for this revision';
  if (gate?.passed === true) return { gate: found };
  const override = ('override' in action ? action.override : undefined)?.trim() ?? '';
  if (override !== '') return { gate: found, override };
  throw new WayleaveError(
    `revision ${revision.number} has not passed the gate: ${found}; expected that it does (\`wayleave prove --policy\`), or a reason to do without (\`override\`), which is kept`,
    { code: 'gate', where: { revision: revision.number, body: revision.body.id } },
  );
}

function standsElsewhere(
  { action, revision, state }: MoveInput,
  target: readonly Unit[],
  wanted: string,
): WayleaveError {
  const counts = STAGES.flatMap((stage) => {
    const count = target.filter(({ key }) => unitState(state, key).stage === stage).length;
    return count === 0 ? [] : [`${count} ${stage}`];
  });
  return new WayleaveError(
    `nothing of ${describeTarget(action.target, targetNames(revision.body))} in revision ${action.revision} is ${wanted}: ${counts.join(', ')}`,
    { code: 'wrong-stage', where: { revision: action.revision } },
  );
}

function isBefore(a: Stage, b: Stage): boolean {
  return STAGES.indexOf(a) < STAGES.indexOf(b);
}

function before(stage: Stage): Stage {
  return STAGES[STAGES.indexOf(stage) - 1] ?? stage;
}

function keysOf(units: readonly Unit[]): string[] {
  return units.map(({ key }) => key);
}
