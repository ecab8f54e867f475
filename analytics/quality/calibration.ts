import { generateEstate } from '../../fixtures/generate';
import { ANCHORS } from './calibration/anchors';
import { calibrateG21, calibrateG22, type Calibration } from './calibration/calibrate';

type Report = (metric: string, value: number, unit: string) => void;

const SEED = 1;

/**
 * How close generated estates come to the published networks they stand for: each figure beside its anchor, and how
 * simple methods fare on them. Whoever tunes on estates easier than the world deceives himself.
 */
export function quality(_: { data?: string }, report: Report): Promise<void> {
  describe('g21-like', calibrateG21(SEED), report);
  describe('g22-like', calibrateG22(generateEstate({ seed: SEED, profile: 'g22-like' })), report);
  return Promise.resolve();
}

function describe(profile: keyof typeof ANCHORS, found: Calibration, report: Report): void {
  const { hosts, edges, figures, louvain, ports, neighbours, denied } = found;
  report(`${profile} hosts`, hosts, 'hosts');
  report(`${profile} edges`, edges, 'edges');
  for (const [figure, anchor] of Object.entries(ANCHORS[profile])) {
    report(`${profile} ${figure}`, figures[figure as keyof typeof figures], `(real ${anchor})`);
  }
  report(`${profile} ari-louvain`, louvain, 'index');
  if (ports !== null) report(`${profile} ari-ports`, ports, 'index');
  if (neighbours !== null) report(`${profile} ari-neighbours`, neighbours, 'index');
  report(`${profile} denied-next-day`, denied, 'share');
}
