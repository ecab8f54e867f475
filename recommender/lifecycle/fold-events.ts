import type { Edit } from './edit';
import type { AddressEdits, PolicyEvent, PolicyState, RevisionSource, Stage, UnitState } from './model';

/** What the events of a policy come to, in the order of their numbers, whatever order they are given in. */
export function foldEvents(events: readonly PolicyEvent[]): PolicyState {
  const units = new Map<string, UnitState>();
  const leases = new Map<string, string>();
  const removed = new Map<string, number>();
  const addresses = new Map<string, AddressEdits>();
  const comments: PolicyState['comments'][number][] = [];
  const overrides: PolicyState['overrides'][number][] = [];
  let [version, head] = [0, 0];
  let active: number | null = null;
  let owner: string | null = null;

  const change = (keys: Iterable<string>, next: (before: UnitState) => Partial<UnitState>): void => {
    for (const key of keys) {
      const before = units.get(key) ?? DRAFT;
      units.set(key, { ...before, ...next(before) });
    }
  };
  const to = (keys: Iterable<string>, stage: Stage): void => change(keys, () => ({ stage }));

  for (const { number, at, by, act } of [...events].sort((a, b) => a.number - b.number)) {
    version = number;
    switch (act.kind) {
      case 'revise':
        head = act.revision;
        // It may have been there before, and been taken out: who brings it back is its author, and its approval stands.
        change(act.added, () => ({ author: by }));
        for (const edit of editsOf(act)) {
          if (edit.kind === 'remove' || edit.kind === 'replace') removed.set(edit.rule, number);
          if (edit.kind === 'addresses') addresses.set(edit.group, withEdit(addresses.get(edit.group), edit));
        }
        break;
      case 'review':
        change(act.units, ({ reviewers }) => ({ stage: 'reviewed', reviewers: withName(reviewers, by) }));
        break;
      case 'approve':
        change(act.units, (before) => {
          const approvers = withName(before.approvers, by);
          return { approvers, stage: approvers.length >= act.needed ? 'approved' : before.stage };
        });
        break;
      case 'stage':
      case 'enforce':
        to(act.dropped ?? [], 'approved');
        for (const [key, stage] of Object.entries(act.carried ?? {})) to([key], stage);
        to(act.units, act.kind === 'stage' ? 'staged' : 'enforced');
        active = act.revision;
        if (act.override !== undefined) {
          const { revision, target, gate = '', override: reason } = act;
          overrides.push({ at, by, revision, target, gate, reason });
        }
        break;
      case 'withdraw':
        // Whoever goes back before an approval asks for a new one.
        change(act.units, (before) => ({
          stage: act.to,
          reviewers: act.to === 'draft' ? [] : before.reviewers,
          approvers: act.to === 'draft' || act.to === 'reviewed' ? [] : before.approvers,
        }));
        break;
      case 'comment':
        comments.push({ at, by, target: act.target, text: act.text });
        break;
      case 'own':
        owner = act.owner;
        break;
      case 'renew':
        for (const [rule, expires] of Object.entries(act.leases)) leases.set(rule, expires);
        break;
    }
  }
  if (![...units.values()].some(({ stage }) => isInForce(stage))) active = null;
  return { version, head, active, units, leases, removed, addresses, owner, comments, overrides };
}

export function isInForce(stage: Stage): boolean {
  return stage === 'staged' || stage === 'enforced';
}

const DRAFT: UnitState = { stage: 'draft', author: '', reviewers: [], approvers: [] };

/** How far a unit has come. */
export function unitState({ units }: Pick<PolicyState, 'units'>, key: string): UnitState {
  return units.get(key) ?? DRAFT;
}

function editsOf({ source }: { readonly source: RevisionSource }): readonly Edit[] {
  return source.kind === 'edited' ? source.edits : [];
}

/** The later of two that contradict each other counts. */
function withEdit(
  before: AddressEdits | undefined,
  { add, remove }: Extract<Edit, { kind: 'addresses' }>,
): AddressEdits {
  const without = (some: ReadonlySet<string> | undefined, others: readonly string[]) =>
    [...(some ?? [])].filter((each) => !others.includes(each));
  return {
    add: new Set([...without(before?.add, remove), ...add]),
    remove: new Set([...without(before?.remove, add), ...remove]),
  };
}

function withName(names: readonly string[], name: string): readonly string[] {
  return names.some((each) => isSamePerson(each, name)) ? names : [...names, name];
}

/** A name is all there is to tell people apart by: "Ann" does not approve what "ann" wrote. */
export function isSamePerson(a: string, b: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
  return plain(a) === plain(b);
}
