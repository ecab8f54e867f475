import { lastOf, parsePrefix } from '../../../ingest/kernel/ip';
import { addressSet, isV4Text, unionOf, type AddressSet } from '../../model/address-set';
import type { TokenReader } from './tokens';

export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** `53`, `9000-9010`, `ssh` or `{ 53, 9000-9010, ssh }`. */
export function parseNumbers(tokens: TokenReader, max: number, names?: ReadonlyMap<string, number>): NumberRange[] {
  return listed(tokens, () => parseRange(tokens, max, names));
}

function parseRange(tokens: TokenReader, max: number, names?: ReadonlyMap<string, number>): NumberRange {
  const text = tokens.peek() ?? '';
  const named = names?.get(text);
  const parts = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = named ?? Number(parts?.[1]);
  const last = named ?? Number(parts?.[2] ?? first);
  if ((!parts && named === undefined) || first > last || last > max)
    throw tokens.fail(`${names ? 'a name, ' : ''}a number or a range up to ${max}`);
  tokens.next();
  return { first, last };
}

/** `10.0.0.1`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9` or a list of such in braces. */
export function parseAddresses(tokens: TokenReader, family: 'v4' | 'v6'): AddressSet {
  return unionOf(listed(tokens, () => parseAddressRange(tokens, family)));
}

function parseAddressRange(tokens: TokenReader, family: 'v4' | 'v6'): AddressSet {
  const text = tokens.peek() ?? '';
  const ends = /^[0-9a-f.:/]+(?:-[0-9a-f.:]+)?$/.test(text) ? text.split('-') : [];
  if (ends.length === 0 || ends.some((end) => isV4Text(end) !== (family === 'v4')))
    throw tokens.fail(`an ip${family} address or prefix`);
  tokens.next();
  const [first = '', last] = ends;
  if (last === undefined) return addressSet([first]);
  const [from, to] = [parsePrefix(first).base, lastOf(parsePrefix(last))];
  if (from > to) throw tokens.fail(`a range from first to last instead of ${text}, before`);
  return [{ first: from, last: to }];
}

/** One of them, or several in braces, over as many lines as they take. */
function listed<Item>(tokens: TokenReader, parse: () => Item): Item[] {
  if (!tokens.accept('{')) return [parse()];
  const items: Item[] = [];
  do {
    tokens.endOfStatement();
    if (tokens.peek() === '}') break;
    items.push(parse());
    tokens.endOfStatement();
  } while (tokens.accept(','));
  tokens.expect('}');
  return items;
}
