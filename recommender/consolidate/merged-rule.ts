import { serviceKey } from '../../analytics/services';
import { compareText } from '../../ingest/kernel/text';
import { contentId } from '../model/identity';
import type { Extra, Rule, Selector } from '../model/policy';
import { listWords, serviceWords } from '../propose/words';
import { Coverage } from './coverage';
import type { Landscape } from './landscape';
import type { Cluster } from './merge-costs';
import { mergedEvidence } from './merged-evidence';
import { openedBy, openedWords, openingsOf } from './opened';

/** Longer than this and nobody reads it: the greatest openings come first. */
const LISTED = 5;

/** What a cluster says: a merged rule, or, of one rule alone, that. */
export function rulesOf(
  cluster: Cluster,
  landscape: Landscape,
  nameOf: (selector: Selector) => string,
): readonly Rule[] {
  const { parts, reach, clients, targets } = cluster;
  const [first] = parts;
  if (!first || parts.length === 1) return parts;
  const { sources, destinations, services } = reach;
  const coverage = new Coverage(landscape);
  for (const part of parts)
    coverage.add(landscape.clientsOf(part.sources), landscape.targetsOf(part.destinations, part.services));
  const extra = extraOf(parts, coverage.add(clients, targets), landscape, nameOf);
  const doubtful = parts.reduce((least, part) => (part.confidence < least.confidence ? part : least));
  const sum = (of: keyof Rule['surface']) => parts.reduce((total, { surface }) => total + surface[of], extra.openings);
  const [from, to] = [sources, destinations].map((selectors) => listWords(selectors.map(nameOf).sort(compareText)));
  const merged: Rule = {
    id: contentId('r', ['allow', sources, destinations, services.map(serviceKey)]),
    words: `${from} may reach ${to} on ${listWords(services.map(serviceWords), ' services')}`,
    action: 'allow',
    sources,
    destinations,
    services,
    log: first.log,
    ...(first.origin ? { origin: first.origin } : {}),
    extra,
    confidence: doubtful.confidence,
    ...(doubtful.confidenceParts ? { confidenceParts: doubtful.confidenceParts } : {}),
    surface: { unused: sum('unused'), opened: sum('opened') },
    evidence: mergedEvidence(parts),
  };
  return [merged];
}

function extraOf(
  parts: readonly Rule[],
  openings: number,
  landscape: Landscape,
  nameOf: (selector: Selector) => string,
): Extra {
  const earlier = parts.flatMap(({ extra }) => extra ?? []);
  const opened = openedBy(parts)
    .map((reach) => ({ words: openedWords(reach, landscape, nameOf), openings: openingsOf(reach, landscape) }))
    .sort((a, b) => b.openings - a.openings || compareText(a.words, b.words))
    .map(({ words }) => words);
  const before = earlier.filter((extra) => extra.openings > 0).map(({ words }) => words);
  const all = [...new Set([...before, ...opened])];
  const more = all.length > LISTED ? [`and ${all.length - LISTED} smaller openings more`] : [];
  return {
    openings: earlier.reduce((sum, extra) => sum + extra.openings, openings),
    words: all.length === 0 ? 'nothing: it admits what they admitted' : [...all.slice(0, LISTED), ...more].join('; '),
    merged: [...new Set(parts.flatMap(({ id, extra }) => extra?.merged ?? [id]))].sort(),
  };
}
