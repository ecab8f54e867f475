/**
 * Names that writers use until a file is whole: hidden files (rsync, and editors), the suffixes of shippers and
 * downloads, and what nfcapd and sfcapd have open.
 */
const UNFINISHED = /^\.|~$|\.(?:tmp|temp|part|partial|filepart|crdownload|writing|swp)$|^(?:nf|sf)capd\.current/i;

export function isUnfinished(name: string): boolean {
  return UNFINISHED.test(name);
}

/** A shell pattern over one file name: `*` is any run of characters, `?` is one. */
export function namePattern(pattern: string): (name: string) => boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    // Runs of stars mean one, and would make the match quadratic or worse.
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}
