import type { Window } from '../../analytics/model/topology';
import { formatTime } from '../../ingest/kernel/time';
import type { Store } from '../../ingest/store';
import type { Policy } from '../model/policy';
import type { Ground } from '../replay/ground';
import { placesOf } from '../replay/places';
import { withUses } from '../replay/uses';
import type { Volume } from '../replay/volume';
import { readCells } from './cells';
import { tallyCoverage } from './coverage';
import type { ComplianceMap, Stance } from './model';
import { createStances, type Judgement } from './stance';
import { tallyEdges } from './tally';

export interface ComplianceInput {
  /** End exclusive. */
  readonly window: Window;
  readonly ground: Ground;
  /** The policy as if all of it were enforced, where it is not. */
  readonly onceEnforced?: Policy | undefined;
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
  { window, ground, onceEnforced: whole }: ComplianceInput,
): Promise<ComplianceMap> {
  const later = whole ? await mapCompliance(store, whole, { window, ground }) : undefined;
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
  const more = later !== undefined && later.stances.denied.tuples > sums.stances.denied.tuples;
  const onceEnforced = more
    ? { denied: later.stances.denied, answered: subtract(later.stances.denied, later.tries.denied) }
    : undefined;
  return {
    policy: policy?.id ?? null,
    window,
    ...sums,
    ...(onceEnforced ? { onceEnforced } : {}),
    edges: all.slice(0, EDGES_LISTED),
    leftOff: Math.max(0, all.length - EDGES_LISTED),
    applications: coverage.result(),
    words: wordsOf({ ...sums, policy, window, ...(onceEnforced ? { onceEnforced } : {}) }),
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

function subtract(whole: Volume, part: Volume): Volume {
  return {
    tuples: whole.tuples - part.tuples,
    connections: whole.connections - part.connections,
    packets: whole.packets - part.packets,
  };
}

interface Worded extends Pick<ComplianceMap, 'stances' | 'tries' | 'onceEnforced' | 'window'> {
  readonly policy: Policy | undefined;
}

function wordsOf({ stances, tries, onceEnforced, window: { from, to }, policy }: Worded): string {
  const time = `from ${formatTime(from)} to ${formatTime(to)}`;
  const number = (value: number) => value.toLocaleString('en-US');
  const total = Object.values(stances).reduce((sum, { tuples }) => sum + tuples, 0);
  if (total === 0) return `no conversations were seen ${time}`;
  if (!policy) return `there is no policy, so nothing can be said of ${number(total)} conversations ${time}`;
  const counted = (stance: Stance) => {
    const vain = tries[stance].tuples;
    const part = vain === 0 ? '' : ` (${number(vain)} of them tried in vain)`;
    return `${number(stances[stance].tuples)}${part}`;
  };
  const staged = onceEnforced
    ? `; not all of the policy is enforced, and what is staged only alerts: enforced, it would deny ` +
      `${number(onceEnforced.denied.tuples)}, of which ${number(onceEnforced.answered.tuples)} are answered today`
    : '';
  return (
    `of ${number(total)} conversations ${time}, rules allow ${counted('allowed')}, the policy denies ` +
    `${counted('denied')}, unprotected are ${counted('unprotected')}, and nobody knows an end of ` +
    `${counted('unknown')}${staged}`
  );
}
