/** What the reader is looking at; lives in the fragment of the address, so it can be bookmarked and shared. */
export interface Place {
  /** Ids of open applications, sorted. */
  readonly expanded: readonly string[];
  /** What is selected on the map; narrows the table. */
  readonly focus: Focus | null;
  /** The rule whose details are shown. */
  readonly rule: string | null;
  readonly search: string;
  readonly tab: Tab;
  /** What the lines of the map say. */
  readonly lines: Lines;
  /** Id of the policy that policies, drift and the map's lines are about; null for the first there is. */
  readonly policy: string | null;
  /** The analyses that are compared; null for the newest and the one before it. */
  readonly compared: Compared | null;
}

export interface Compared {
  /** Ids of runs. */
  readonly from: string;
  readonly to: string;
}

const LINES = ['proposed', 'draft', 'observed'] as const;

/** What is proposed, what a policy says of all that was seen, or what became of it. */
export type Lines = (typeof LINES)[number];

export interface Focus {
  readonly kind: 'box' | 'edge';
  readonly id: string;
}

const TABS = ['rules', 'refusals', 'policies', 'proof', 'drift', 'threats', 'decisions', 'changes'] as const;

export type Tab = (typeof TABS)[number];

export function readHash(hash: string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const box = fields.get('box');
  const edge = fields.get('edge');
  const [from, to] = [fields.get('from'), fields.get('to')];
  return {
    expanded: [...new Set(fields.getAll('expand'))].sort(),
    focus: box !== null ? { kind: 'box', id: box } : edge !== null ? { kind: 'edge', id: edge } : null,
    rule: fields.get('rule'),
    search: fields.get('search') ?? '',
    tab: TABS.find((tab) => tab === fields.get('tab')) ?? 'rules',
    lines: LINES.find((lines) => lines === fields.get('lines')) ?? 'proposed',
    policy: fields.get('policy'),
    compared: from !== null && to !== null ? { from, to } : null,
  };
}

/** The inverse of `readHash`; '' for the place where everybody starts. */
export function writeHash({ expanded, focus, rule, search, tab, lines, policy, compared }: Place): string {
  const fields = new URLSearchParams();
  for (const id of [...expanded].sort()) fields.append('expand', id);
  if (focus !== null) fields.set(focus.kind, focus.id);
  if (rule !== null) fields.set('rule', rule);
  if (search !== '') fields.set('search', search);
  if (tab !== 'rules') fields.set('tab', tab);
  if (lines !== 'proposed') fields.set('lines', lines);
  if (policy !== null) fields.set('policy', policy);
  if (compared !== null) {
    fields.set('from', compared.from);
    fields.set('to', compared.to);
  }
  const text = fields.toString();
  return text === '' ? '' : `#${text}`;
}
