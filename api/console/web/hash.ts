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
}

export interface Focus {
  readonly kind: 'box' | 'edge';
  readonly id: string;
}

export type Tab = 'rules' | 'refusals';

export function readHash(hash: string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const box = fields.get('box');
  const edge = fields.get('edge');
  return {
    expanded: [...new Set(fields.getAll('expand'))].sort(),
    focus: box !== null ? { kind: 'box', id: box } : edge !== null ? { kind: 'edge', id: edge } : null,
    rule: fields.get('rule'),
    search: fields.get('search') ?? '',
    tab: fields.get('tab') === 'refusals' ? 'refusals' : 'rules',
  };
}

/** The inverse of `readHash`; '' for the place where everybody starts. */
export function writeHash({ expanded, focus, rule, search, tab }: Place): string {
  const fields = new URLSearchParams();
  for (const id of [...expanded].sort()) fields.append('expand', id);
  if (focus !== null) fields.set(focus.kind, focus.id);
  if (rule !== null) fields.set('rule', rule);
  if (search !== '') fields.set('search', search);
  if (tab !== 'rules') fields.set('tab', tab);
  const text = fields.toString();
  return text === '' ? '' : `#${text}`;
}
