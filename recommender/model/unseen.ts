import type { Rule } from './policy';

/** Of a rule that a person wrote: nothing was seen that speaks for it. */
export const UNSEEN: Pick<Rule, 'confidence' | 'surface' | 'evidence'> = {
  confidence: 0,
  surface: { unused: 0, opened: 0 },
  evidence: {
    dependencies: 0,
    connections: 0,
    packets: 0,
    bytes: 0,
    hours: 0,
    firstSeen: 0,
    lastSeen: 0,
    direction: 6,
    reporters: [],
    examples: [],
  },
};
