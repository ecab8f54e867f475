import { messageOf } from '../../../../ingest/kernel/errors';
import type { InventoryReject } from '../../source';
import { entriesOf, type Entry } from './entries';
import { generate } from './generate';

/** A record that names something. Names are absolute, in lower case, without the last dot. */
export interface ZoneRecord {
  readonly where: string;
  readonly owner: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'SRV';
  /** The record's words; the last one is the address or the name it leads to. */
  readonly data: readonly string[];
}

const TYPES = ['A', 'AAAA', 'CNAME', 'PTR', 'SRV'] as const;
const TTL = /^\d{1,10}([smhdw]\d{0,10}){0,5}$/i;
const CLASS = /^(IN|CH|HS|CS)$/i;
/** RFC 1035, section 2.3.4, in text with every octet escaped. */
const LONGEST_NAME = 1020;

/**
 * Records of a master file that name addresses; others are passed over.
 * @param origin domain of relative names before the first $ORIGIN
 */
export function recordsOf(
  text: string,
  origin: string | undefined,
): { records: ZoneRecord[]; rejects: InventoryReject[] } {
  const { entries, rejects } = entriesOf(text);
  const records: ZoneRecord[] = [];
  let domain = origin === undefined ? undefined : canonical(origin);
  let owner: string | undefined;

  const add = ({ line, continued, words }: Entry) => {
    const rest = [...words];
    if (!continued) owner = rest.shift();
    if (owner === undefined) throw new Error('a record without an owner');
    // In either order, and each may be left out.
    while (TTL.test(rest[0] ?? '') || CLASS.test(rest[0] ?? '')) rest.shift();
    const type = TYPES.find((type) => type === rest[0]?.toUpperCase());
    const target = rest.at(-1);
    if (type === undefined) {
      if (rest.length < 2) throw new Error('no record: an owner, a type and data are expected');
      return;
    }
    if (target === undefined || rest.length !== (type === 'SRV' ? 5 : 2)) throw new Error(`no ${type} record`);
    const leads = type === 'A' || type === 'AAAA' ? target : absolute(target, domain);
    records.push({ where: `line ${line}`, owner: absolute(owner, domain), type, data: [...rest.slice(1, -1), leads] });
  };

  for (const entry of entries) {
    const [directive = '', ...words] = entry.words;
    try {
      switch (entry.continued ? '' : directive.toUpperCase()) {
        case '$ORIGIN':
          domain = absolute(words[0] ?? '', domain);
          break;
        case '$TTL':
          break;
        case '$INCLUDE':
          throw new Error('$INCLUDE is not followed: the other file has to be imported together with this one');
        case '$GENERATE':
          for (const words of generate(entry.words.slice(1))) add({ ...entry, words });
          break;
        default:
          add(entry);
      }
    } catch (error) {
      rejects.push({ where: `line ${entry.line}`, message: messageOf(error) });
    }
  }
  return { records, rejects };
}

function absolute(name: string, domain: string | undefined): string {
  if (name.length > LONGEST_NAME) throw new Error(`a name of more than ${LONGEST_NAME} characters`);
  if (name.endsWith('.')) return canonical(name);
  if (domain === undefined) throw new Error(`"${name}" is relative, and nothing says to which domain`);
  return canonical(name === '@' ? domain : `${name}.${domain}`);
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/\.+$/, '');
}
