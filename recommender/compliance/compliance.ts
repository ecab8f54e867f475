import type { Window } from '../../analytics/model/topology';
import { formatTime } from '../../ingest/kernel/time';
import type { Store } from '../../ingest/store';
import type { Policy } from '../model/policy';
import type { Ground } from '../replay/ground';
import { placesOf } from '../replay/places';
import { withUses } from '../replay/uses';
import { readCells } from './cells';
import { tallyCoverage } from './coverage';
import type { ComplianceMap, Stance, Volumes } from './model';
import { createStances, type Judgement } from './stance';
import { tallyEdges } from './tally';

export interface ComplianceInput {
  /** End exclusive. */
  readonly window: Window;
  readonly ground: Ground;
}

const EDGES_LISTED = 5000;

/**
 * Every conversation of a window against a policy, in the draft view (what the policy says) and in the observed one (what
 * became of it). The engine sums up what the policy cannot tell apart, so the verdicts are exact.
 *
 * @param policy none: then everything is unknown
 * @throws WayleaveError `unknown-group`
 */
export async function mapCompliance(
  store: Store,
  policy: Policy | undefined,
  { window, ground }: ComplianceInput,
): Promise<ComplianceMap> {
  const judged = policy ?? NO_POLICY;
  const places = placesOf(judged, ground);
  const stanceOf = policy ? createStances(policy, places) : () => UNKNOWN;
  const edges = tallyEdges(places);
  const coverage = tallyCoverage(judged, places);
  await withUses(store, { window, places }, async (tables) => {
    for await (const cells of readCells(store, tables, window)) {
      for (const cell of cells) {
        const judgement = stanceOf(cell.client, cell.server, cell.protocol, cell.port);
        edges.add(cell, judgement);
        coverage.add(cell, judgement.stance);
      }
    }
  });
  const { edges: all, ...sums } = edges.result();
  return {
    policy: policy?.id ?? null,
    window,
    ...sums,
    edges: all.slice(0, EDGES_LISTED),
    leftOff: Math.max(0, all.length - EDGES_LISTED),
    applications: coverage.result(),
    words: wordsOf(sums.stances, window, policy),
  };
}

const UNKNOWN: Judgement = { stance: 'unknown', rule: null, ends: 'neither' };

/** Closes nobody and allows nothing. */
const NO_POLICY: Policy = {
  id: '',
  name: '',
  created: '',
  topology: '',
  window: { from: 0, to: 0 },
  granularity: 'tier',
  sections: [],
  groups: [],
  appliedTo: [],
  refusals: [],
};

function wordsOf(stances: Volumes<Stance>, { from, to }: Window, policy: Policy | undefined): string {
  const time = `from ${formatTime(from)} to ${formatTime(to)}`;
  const total = Object.values(stances).reduce((sum, { tuples }) => sum + tuples, 0);
  if (total === 0) return `no conversations were seen ${time}`;
  if (!policy) return `there is no policy, so nothing can be said of ${total} conversations ${time}`;
  const { allowed, denied, unprotected, unknown } = stances;
  return (
    `of ${total} conversations ${time}, rules allow ${allowed.tuples}, the policy denies ${denied.tuples}, ` +
    `${unprotected.tuples} are unprotected, and of ${unknown.tuples} nobody knows an end`
  );
}
