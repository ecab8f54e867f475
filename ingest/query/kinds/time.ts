import type { Kind } from './kind';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const AGO = /^-(\d{1,6})([smhdw])$/;
const MOMENT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?$/i;

/** Moments: `2026-11-01`, `2026-11-01T08:30` (UTC unless it says otherwise), `-24h`, `now`. */
export const TIME: Kind = {
  expects: 'a time such as 2026-11-01, 2026-11-01T08:30Z or -24h',
  operators: ['<', '<=', '>', '>='],
  values: ['now', '-1h', '-24h', '-7d', '-30d'],
  problem: (_, value) => (readTime(value, 0) === undefined ? `"${value}" is not ${TIME.expects}` : undefined),
  condition: (column, operator, [value = ''], { now, bind }) =>
    `${column} ${operator} fromUnixTimestamp64Milli(${bind('Int64', readTime(value, now) ?? 0)})`,
};

/** Epoch milliseconds. */
function readTime(text: string, now: number): number | undefined {
  if (text.toLowerCase() === 'now') return now;
  const [, amount, unit = ''] = AGO.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (SECONDS[unit] ?? 0) * 1000;
  if (!MOMENT.test(text)) return undefined;
  const zoned = !/T/i.test(text) || /(?:Z|[+-]\d\d:\d\d)$/i.test(text);
  const moment = Date.parse(zoned ? text : `${text}Z`);
  // Date.parse takes 31 February for 3 March.
  const sameDay = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(moment) || sameDay.toISOString().slice(0, 10) !== text.slice(0, 10) ? undefined : moment;
}
