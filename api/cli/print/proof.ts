import { formatTime } from '../../../ingest/kernel/time';
import { percent, type GateReport } from '../../../recommender/prove';
import { columns, count, plural, section } from './table';

export function printProof({ words, splits, forecast, reservations, policy }: GateReport): string {
  const { calibration, kinds, outlooks } = forecast;
  const judged = splits.map(({ test, itself, rules, legitimate, denied, surface }) => [
    day(test.from),
    itself ? 'the recommendation itself' : plural(rules, 'rule'),
    count(legitimate.connections),
    `${percent(denied.shareOfConnections)} (${count(denied.connections)})`,
    percent(denied.shareOfPackets),
    percent(surface),
  ]);
  const checked = calibration.map(({ made, days, expected, interval, came, held }) => [
    day(made),
    plural(days, 'day'),
    `${percent(expected)} (${percent(interval[0])} to ${percent(interval[1])})`,
    percent(came),
    held ? 'held' : 'missed',
  ]);
  return [
    `${policy} ${words}\n`,
    judged.length === 0
      ? ''
      : `\n${columns(['test day', 'judged', 'connections', 'denied', 'of packets', 'surface'], judged)}`,
    `\nForecast: ${forecast.words}\n`,
    outlooks.length === 0
      ? ''
      : `  ${plural(kinds.found, 'kind')} of use known, about ${count(kinds.expected)} in all, ${count(kinds.nextWeek)} more within a week\n`,
    checked.length === 0 ? '' : `\n${columns(['forecast on', 'for', 'expected', 'came', ''], checked)}`,
    section('Reservations', reservations),
  ].join('');
}

function day(seconds: number): string {
  return formatTime(seconds).slice(0, 10);
}
