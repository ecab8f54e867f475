/** 1900 and 2299, what the store can hold. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31);

const CALENDAR =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
/** What .NET writes under an American culture; the marks AM and PM tell it from day/month/year. */
const AMERICAN = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))? ?([AP])M$/i;
/** What ConvertTo-Json of Windows PowerShell writes. */
const DOTNET = /^\/Date\((-?\d{1,15})\)\/$/;

/**
 * A moment as registers and logs write it, in epoch milliseconds: ISO 8601 or `2026/11/21 10:00:00`, epoch seconds (up to 11
 * digits, fractions allowed) or milliseconds, `/Date(1795255200000)/`, `11/21/2026 10:00:00 AM`. UTC where no zone is given.
 * Undefined where it is none of these or outside 1900 to 2299.
 */
export function parseMoment(text: string): number | undefined {
  const moment = epochOf(text) ?? calendarOf(text) ?? americanOf(text);
  return moment !== undefined && moment >= EARLIEST && moment <= LATEST ? moment : undefined;
}

function epochOf(text: string): number | undefined {
  const [, ticks] = DOTNET.exec(text) ?? [];
  if (ticks !== undefined) return Number(ticks);
  if (/^\d{9,11}(\.\d{1,9})?$/.test(text)) return Math.round(Number(text) * 1000);
  return /^\d{12,14}$/.test(text) ? Number(text) : undefined;
}

function calendarOf(text: string): number | undefined {
  const found = CALENDAR.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = found;
  const local = utc([year, month, day, hour, minute, second].map(Number));
  if (local === undefined) return undefined;
  return local + Math.floor(Number(`0.${fraction || '0'}`) * 1000) - offsetOf(zone);
}

function americanOf(text: string): number | undefined {
  const found = AMERICAN.exec(text);
  if (!found) return undefined;
  const [, month, day, year, hour, minute, second = '0', half = ''] = found;
  const hour24 = (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  return Number(hour) > 12 ? undefined : utc([year, month, day, hour24, minute, second].map(Number));
}

/** Milliseconds east of UTC. */
function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
}

/** Date.UTC turns the 31st of April into the 1st of May; here it is no moment. */
function utc([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]): number | undefined {
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const same = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day && hour < 24 && minute < 60;
  return same && second <= 60 ? moment.getTime() : undefined;
}
