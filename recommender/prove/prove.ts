import type { Window } from '../../analytics/model/topology';
import type { Store } from '../../ingest/store';
import type { Policy } from '../model/policy';
import { replayWhole, type Ground, type Replay } from '../replay';
import { forecastOf } from './forecast';
import { judge, type Budgets, type GateReport } from './gate';
import { asDraft } from './own-rules';
import { readIncidence } from './read-incidence';
import { splitsOf } from './splits';

export interface ProveDeps {
  readonly store: Store;
  /** What would be proposed from a window, with the groups, the scope and the grain of the draft. */
  propose(window: Window): Promise<Policy>;
}

export interface ProveInput {
  readonly window: Window;
  readonly ground: Ground;
  readonly budgets: Budgets;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * Whether a draft would do on days it was not made from. A test day that lies behind the draft's own window judges the
 * draft itself; one within it, what the days before it propose, or the draft where that denies more.
 *
 * @throws WayleaveError `unknown-group`
 */
export async function proveDraft(
  { store, propose }: ProveDeps,
  draft: Policy,
  { window, ground, budgets, now }: ProveInput,
): Promise<GateReport> {
  const over = (policy: Policy, judged: Window) =>
    replayWhole(store, policy, { window: judged, ground, nameOf: (address) => address });
  const splits = [];
  for (const { train, test } of splitsOf(window)) {
    const itself = draft.window.to <= test.from;
    const own = await over(draft, test);
    const learned = itself ? undefined : asDraft(await propose(train), draft);
    const taught = learned && (await over(learned, test));
    // What was taken out by hand is proposed again: that must not excuse a draft that has not got it.
    const isWorse = taught === undefined || deniesMore(own.replayed, taught.replayed);
    const { replayed, pairs } = isWorse ? own : taught;
    splits.push({
      train: itself ? draft.window : train,
      test,
      itself,
      rules: ((isWorse ? undefined : learned) ?? draft).sections.reduce((sum, { rules }) => sum + rules.length, 0),
      legitimate: replayed.legitimate,
      denied: replayed.denied,
      surface: replayed.surface.share,
      pairs,
    });
  }
  const { replayed } = await over(draft, window);
  const forecast = forecastOf(await readIncidence(store, draft, { window, ground }));
  return judge({ policy: draft, created: now, window, budgets, splits, surface: replayed.surface.share, forecast });
}

function deniesMore(own: Pick<Replay, 'denied'>, taught: Pick<Replay, 'denied'>): boolean {
  return (
    own.denied.shareOfConnections > taught.denied.shareOfConnections ||
    own.denied.shareOfPackets > taught.denied.shareOfPackets
  );
}
