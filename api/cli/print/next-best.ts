import { certainty } from './table';

/** Who is held by a label or a decision is sure to be here, whatever its traffic: nothing is then next best. */
export function nextBest(name: string, confidence: number, fit: number): string {
  if (confidence >= 1 && fit >= 1) return `held here, though by its traffic it could be in ${name}`;
  return `next best ${name} (${certainty(fit)} of the fit here)`;
}
