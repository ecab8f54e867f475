import type { Policy, Rule, Selector } from '../../../../recommender/model/policy';
import { serviceWords } from '../words';

/** A rule as the table shows it. */
export interface Row {
  readonly id: string;
  readonly words: string;
  readonly action: Rule['action'];
  readonly services: string;
  readonly source: string;
  readonly destination: string;
  readonly confidence: number;
  readonly connections: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Of the client, server and service combinations the rule opens: those never seen in use, and all. */
  readonly unused: number;
  readonly opened: number;
  /** Group ids on either side. */
  readonly groups: readonly string[];
}

export type Column =
  'words' | 'services' | 'source' | 'destination' | 'confidence' | 'connections' | 'firstSeen' | 'lastSeen' | 'unused';

export interface Sorting {
  readonly column: Column;
  readonly descending: boolean;
}

/** In the policy's order: sections, then rules. */
export function rowsOf({ sections, groups }: Policy): Row[] {
  const names = new Map(groups.map((group) => [group.id, group.name]));
  const name = (selector: Selector): string => selectorWords(selector, names);
  return sections.flatMap((section) =>
    section.rules.map((rule) => ({
      id: rule.id,
      words: rule.words,
      action: rule.action,
      services: rule.services.map(serviceWords).join(', '),
      source: rule.sources.map(name).join(', '),
      destination: rule.destinations.map(name).join(', '),
      confidence: rule.confidence,
      connections: rule.evidence.connections,
      firstSeen: rule.evidence.firstSeen,
      lastSeen: rule.evidence.lastSeen,
      unused: rule.surface.unused,
      opened: rule.surface.opened,
      groups: [...rule.sources, ...rule.destinations].flatMap((s) => (s.kind === 'group' ? [s.group] : [])),
    })),
  );
}

export function selectorWords(selector: Selector, names: ReadonlyMap<string, string>): string {
  switch (selector.kind) {
    case 'any':
      return 'anywhere';
    case 'prefix':
      return selector.prefix;
    case 'group':
      return names.get(selector.group) ?? selector.group;
  }
}

/** Rows in which every word of the search occurs somewhere, in any case. */
export function searched(rows: readonly Row[], search: string): readonly Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = `${row.words} ${row.services} ${row.source} ${row.destination}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Stable: rows that are equal keep the policy's order, both ways. */
export function sorted(rows: readonly Row[], { column, descending }: Sorting): readonly Row[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(a[column], b[column]));
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
