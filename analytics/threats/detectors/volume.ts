import { groupBy } from '../../graph/group-by';
import { actorWords, involved, type Actor } from '../cast';
import type { Detector, Scene } from '../detector';
import { filterText } from '../filter-text';
import type { Detection } from '../finding';
import { noveltyOf } from '../habits';
import { Excuses, outcomeOf, unjudged } from '../outcome';
import { duration, plural, volume as volumeText } from '../words';
import { findSent, type SentHour } from './sent';

const HOUR = 3_600;
/** A week has one of each weekday and weekend day. */
const LEAST_DAYS = 7;
/** A million records of a hundred bytes: what is less is hardly anybody's loss, and any log file's. */
export const LEAST_BYTES = 100_000_000;
/** Iglewicz and Hoaglin (1993, How to Detect and Handle Outliers): beyond a modified z-score of 3.5. */
const LEAST_Z = 3.5;
/** What has grown to twice the most it ever was is no noise of a heavy tail. */
const LEAST_GROWTH = 2;

/**
 * More than a workload ever sent, out of the estate first: against its own hours of the same hour of the week where
 * there are four of them, of the same hour of the day else. Volumes are log-normal, so logarithms are compared, by
 * median and median absolute deviation, which one backup does not move.
 */
export const volume: Detector = {
  name: 'volume',
  async detect(scene) {
    const days = (scene.window.from - scene.since) / 86_400;
    if (days < LEAST_DAYS)
      return unjudged(
        `there are ${days.toFixed(1)} days of conversations before the window; expected ${LEAST_DAYS}, for a week has all kinds of days`,
      );
    const excuses = new Excuses();
    const hours = await findSent(scene, LEAST_BYTES);
    const unusual = hours.filter((hour) => {
      if (hour.days < LEAST_DAYS) {
        excuses.add(`seen for less than ${LEAST_DAYS} days: nothing to compare with`);
        return false;
      }
      if (hour.score < LEAST_Z || hour.bytes < LEAST_GROWTH * hour.most) {
        excuses.add('as much as it sends at such hours, or nearly as much as it once did');
        return false;
      }
      return true;
    });
    const episodes = groupBy(unusual, ({ scope, address, way }) => `${scope} ${address} ${way}`);
    return outcomeOf(
      [...episodes.values()].flatMap((of) => detectionOf(of, scene, excuses)),
      excuses,
    );
  },
};

function detectionOf(hours: readonly SentHour[], { cast, jewels }: Scene, excuses: Excuses): Detection[] {
  const [first] = hours;
  if (!first) return [];
  const { scope, address, way } = first;
  const actor = cast.who(scope, address, first.hour);
  const excuse = excuseOf(actor, first);
  if (!actor || excuse !== null) {
    excuses.add(excuse ?? 'nobody’s address');
    return [];
  }
  const bytes = hours.reduce((sum, hour) => sum + hour.bytes, 0);
  const worst = hours.reduce((most, hour) => (hour.score > most.score ? hour : most), first);
  const to = hours.reduce((last, { hour }) => Math.max(last, hour), 0) + HOUR;
  const top = cast.who(scope, worst.peer, worst.hour);
  const out = way === 'out' || (top?.duties.has('proxy') ?? false);
  const jewel = jewels.get(actor.workload);
  const where =
    way === 'out' ? 'out of the estate' : out ? 'to a proxy, and so out of the estate' : 'inside the estate';
  return [
    {
      kind: 'volume',
      // One a day: what goes on for hours is one episode.
      key: [actor.workload, way, Math.floor(first.hour / 86_400)],
      words: `${actorWords(actor)} sent ${volumeText(bytes)} ${where}, more than it ever did`,
      workloads: [involved(actor, 'source'), ...(top ? [involved(top, 'target')] : [])],
      seen: { from: first.hour, to },
      severity: out || jewel ? 'high' : 'medium',
      severityReason: out
        ? 'what has left the estate does not come back'
        : jewel
          ? `it is a crown jewel (${jewel.reason})`
          : 'it stays inside the estate: a copy, a migration, or data being collected',
      confidence: noveltyOf(worst.days),
      confidenceReason: `not once in ${worst.days.toFixed(0)} days did it send half as much within an hour`,
      evidence: [
        `${volumeText(worst.bytes)} in the hour of ${new Date(worst.hour * 1000).toISOString().slice(0, 16)}Z; in ${plural(worst.samples, `hour`)} before ${worst.compared}, ${volumeText(Math.exp(worst.usual) - 1)} in the median, ${volumeText(worst.most)} at most`,
        `modified z-score of its logarithm ${worst.score.toFixed(1)}, of which ${LEAST_Z} is unusual`,
        `most of it, ${volumeText(worst.peerBytes)}, went to ${top ? actorWords(top) : worst.peer}; it lasted ${duration(to - first.hour)}`,
      ],
      filter: filterText({ scope }, `host ${address}`, `host ${worst.peer}`),
      // Bytes do not tell by which technique.
      technique: null,
      response: `Ask the owner of ${actor.name} what it sent; if nobody knows, quarantine it before it sends more, and keep its disks.`,
    },
  ];
}

function excuseOf(actor: Actor | undefined, { way }: SentHour): string | null {
  if (!actor || actor.kind === 'external') return 'not of the estate';
  if (actor.duties.has('backup') && way === 'in') return 'a backup sends much at some time or other';
  return actor.duties.has('proxy') ? 'a proxy sends what others send' : null;
}
