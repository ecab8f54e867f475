import type { FindingKind } from '../../../../recommender/drift/model';

export const FINDING_WORDS: Readonly<Record<FindingKind, string>> = {
  'address-moved': 'An address changed hands',
  'new-use': 'New use',
  'service-moved': 'A service moved',
  'denied-attempts': 'Denied attempts',
  'group-changed': 'A group changed',
  'rule-quiet': 'A rule went quiet',
  'telemetry-gap': 'An exporter is not heard',
};
