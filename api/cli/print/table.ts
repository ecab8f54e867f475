/** `1,204`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `3.2 %`; small shares keep a significant digit. */
export function share(value: number): string {
  const percent = value * 100;
  const small = () => percent.toLocaleString('en-US', { maximumSignificantDigits: 2 });
  return `${percent === 0 || percent >= 1 ? percent.toFixed(1) : small()} %`;
}

/** How sure something is, in whole percent; never certain for having been rounded. */
export function certainty(confidence: number): string {
  return `${confidence < 1 ? Math.min(99, Math.round(confidence * 100)) : 100} %`;
}

/** `10.1.1.5 in vpc-1 (web1)`. */
export function hostName(host: { address: string; scope: string; names: readonly string[] }): string {
  const { address, scope, names } = host;
  return `${address}${scope === '' ? '' : ` in ${scope}`}${names.length === 0 ? '' : ` (${few(names, 3)})`}`;
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Said below a list that may have been cut. */
export function cutAt(shown: number, most: number): string {
  return shown < most ? '' : `the first ${count(most)}; --limit shows more\n`;
}

/** The first few, and how many more there are. */
export function few(items: readonly string[], most: number): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(', ')} and ${count(rest)} more` : items.join(', ');
}

/** Rows under their headings; a column of which no row has anything is left out. */
export function columns(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const filled = headings.flatMap((_, at) => (rows.some((row) => row[at] !== '') ? [at] : []));
  const widths = filled.map((at) => [headings, ...rows].reduce((most, row) => Math.max(most, row[at]?.length ?? 0), 0));
  return [headings, ...rows]
    .map((row) => filled.map((at, rank) => (row[at] ?? '').padEnd(widths[rank] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** A heading and what is under it, indented and cut; nothing where there is nothing. */
export function section(title: string, lines: readonly string[], most = lines.length): string {
  if (lines.length === 0) return '';
  const rest = lines.length - most;
  const more = rest > 0 ? [`and ${count(rest)} more (--json lists all)`] : [];
  return `\n${title}\n${[...lines.slice(0, most), ...more].map((line) => `  ${line}\n`).join('')}`;
}
