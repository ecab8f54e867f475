import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { FilterError, pointAt } from './filter-error';
import { printFilter, type Filter } from './filter';
import { DEEPEST, MOST_COMPARISONS, MOST_VALUES, parseFilter } from './parse';
import { FIELDS } from './testing/fields';
import { LONGEST_FILTER } from './tokens';

const parse = (text: string): Filter => parseFilter(FIELDS, text);
const failure = (text: string): FilterError => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`${text} was understood`);
};

/** Filters and how they print, which shows how they were read. */
it.each([
  ['client 10.0.0.5', 'client = 10.0.0.5'],
  ['CLIENT = 10.0.0.5', 'client = 10.0.0.5'],
  [
    'client in 10.1.0.0/16 and port 5432 and not established',
    'client = 10.1.0.0/16 and port = 5432 and not established',
  ],
  ['port in (80, 443, 8000-8100)', 'port in (80, 443, 8000-8100)'],
  ['port not in(80,443)', 'not port in (80, 443)'],
  ['port>=1024&&port<2048', 'port >= 1024 and port < 2048'],
  ['port != 80', 'not port = 80'],
  ['port 1 or port 2 and port 3', 'port = 1 or (port = 2 and port = 3)'],
  ['(port 1 or port 2) and port 3', '(port = 1 or port = 2) and port = 3'],
  ['not port 1 and port 2', 'not port = 1 and port = 2'],
  ['!(port 1 || port 2)', 'not (port = 1 or port = 2)'],
  ['not not established', 'not not established'],
  ['((established))', 'established'],
  ['port 1 and (port 2 and port 3)', 'port = 1 and (port = 2 and port = 3)'],
  ['protocol tcp', 'protocol = tcp'],
  ['bytes > 10M and bytes', 'bytes > 10M and bytes'],
  ['l7 ~ "ssl|tls" and l7 !~ \'a b\'', 'l7 ~ "ssl|tls" and not l7 ~ "a b"'],
  ['l7 not like *.example.com', 'not l7 like *.example.com'],
  ['l7 = "and" or l7 "say \\"no\\""', 'l7 = "and" or l7 = "say \\"no\\""'],
  ['l7', 'l7'],
  ['seen > -24h and seen <= 2026-11-01T08:30Z', 'seen > -24h and seen <= 2026-11-01T08:30Z'],
  ['client is "web1"', 'client.workload = web1'],
  ['client is not web1', 'not client.workload = web1'],
  [
    'client.app = shop and client.app.kubernetes.io/name shop',
    'client.app = shop and client.app.kubernetes.io/name = shop',
  ],
  ['client.app', 'client.app'],
  ['address 2001:db8::/32', 'host = 2001:db8::/32'],
  ['host 10.0.0.1-10.0.0.9', 'host = 10.0.0.1-10.0.0.9'],
])('reads %s as %s', (text, printed) => {
  expect(printFilter(parse(text))).toBe(printed);
});

it.each([
  ['', 0, 'expected a field at the end'],
  ['prot 5432', 0, 'things have no field "prot"; did you mean port?'],
  ['direction <= 3', 0, 'things have no field "direction": nobody decided it'],
  ['10.0.0.5', 0, 'expected a field before "10.0.0.5"; did you mean host 10.0.0.5?'],
  ['port', 4, 'expected an operator or a number such as 443 or 8000-8100 at the end'],
  ['port = ', 7, 'expected a number such as 443 or 8000-8100 at the end'],
  ['port 65536', 5, 'port: "65536" is not a number such as 443 or 8000-8100, at most 65535'],
  ['port https', 5, 'port: "https" is not a number'],
  ['port 90-80', 5, 'port: "90-80" is not a number'],
  ['port ~ 8', 5, 'port is not compared with "~"; it takes = != in not in < <= > >='],
  ['port in (80, )', 13, 'expected a number such as 443 or 8000-8100 before ")"'],
  ['port in (80', 11, 'expected "," or ")" at the end'],
  ['port in ()', 9, 'expected a number such as 443 or 8000-8100 before ")"'],
  ['port not 80', 9, 'expected "in" or "like" before "80"'],
  ['port 80 port 90', 8, 'expected "and" or "or" before "port"'],
  ['port 80 and', 11, 'expected a field at the end'],
  ['(port 80', 8, 'expected ")" or "and" or "or" at the end'],
  ['port 80)', 7, 'expected "and" or "or" before ")"'],
  ['protocol tpc', 9, 'protocol: "tpc" is none of tcp, udp; did you mean tcp?'],
  ['bytes > 10X', 8, 'bytes: "10X" is not a number such as 10M or 4Gi'],
  [
    'bytes protocol tcp',
    6,
    'bytes: "protocol" is not a number such as 10M or 4Gi; bytes alone is followed by "and" or "or"',
  ],
  ['established 1', 12, 'expected "and" or "or" after established before "1"'],
  ['established = 1', 12, 'established is not compared with "="; it stands alone'],
  ['client in 10.0.0.7/16', 10, 'bits set beyond its prefix length; the network is 10.0.0.0/16'],
  ['client 10.0.0.300', 7, 'is not an IPv4 or IPv6 address'],
  ['client 10.0.0.9-10.0.0.1', 7, 'ends before it begins'],
  ['port is web1', 5, '"is" asks who an address belongs to, and port is no end; these are: client'],
  ['seen > yesterday', 7, 'seen: "yesterday" is not a time such as'],
  ['seen > 2026-02-30', 7, 'seen: "2026-02-30" is not a time such as'],
  ['seen = now', 5, 'seen is not compared with "="; it takes < <= > >='],
  ['l7 ~ "("', 5, 'is no regular expression'],
  ['l7 ~ "(?=a)"', 5, 'looks around or back'],
  ['l7 ~ "a{2000}"', 5, 'repeats something more than 1000 times'],
  ['port & 1', 5, 'a single & means nothing; did you mean &&?'],
  ['l7 = "ssl', 5, 'the quote " has no end'],
  ['"port" 80', 0, 'expected a field before "port"'],
  ['and', 0, 'expected a field before "and"'],
])('says of %j at %i that %s', (text, offset, message) => {
  const error = failure(text);
  expect(error.message).toContain(message);
  expect(error).toMatchObject({ code: 'bad-filter', where: { offset, filter: text } });
});

it.each([
  ['length', `l7 ${'x'.repeat(LONGEST_FILTER)}`, 'characters'],
  ['depth', `${'('.repeat(DEEPEST + 1)}bytes${')'.repeat(DEEPEST + 1)}`, 'nested'],
  ['negations', `${'!'.repeat(DEEPEST + 1)}bytes`, 'nested'],
  ['comparisons', Array.from({ length: MOST_COMPARISONS + 1 }, () => 'bytes').join(' and '), 'comparisons'],
  ['values', `port in (${Array.from({ length: MOST_VALUES + 1 }, () => '1').join(',')})`, 'values'],
])('bounds the %s of a filter', (_, text, message) => {
  expect(failure(text).message).toContain(message);
});

it('takes as much as it says', () => {
  parse(`${'('.repeat(DEEPEST)}bytes${')'.repeat(DEEPEST)}`);
  parse(Array.from({ length: MOST_COMPARISONS }, () => 'bytes').join(' or '));
  parse(`port in (${Array.from({ length: MOST_VALUES }, () => '1').join(',')})`);
});

it('points at the character', () => {
  expect(pointAt(failure('client 10.0.0.1 and prot 443'))).toBe(
    '  client 10.0.0.1 and prot 443\n                      ^^^^',
  );
  expect(pointAt(failure('bytes and'))).toBe('  bytes and\n           ^');
  const long = failure(`${'bytes and '.repeat(20)}prot\t443${' and bytes'.repeat(20)}`);
  const [line = '', carets = ''] = pointAt(long).split('\n');
  expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('prot');
  expect(line).toMatch(/^ {2}….*prot 443.*…$/);
});

const WORDS =
  'client host port protocol bytes established l7 seen client.app and or not in like is ( ) , = != ~ < >= ! && "a b" ' +
  '10.0.0.0/8 443 tcp -1h "';
const word = fc.constantFrom(...WORDS.split(' '));

/** Throws what is no FilterError. */
const isUnderstood = (filter: string): boolean => {
  try {
    const parsed = parse(filter);
    return isDeepStrictEqual(parse(printFilter(parsed)), parsed);
  } catch (error) {
    if (error instanceof FilterError) return false;
    throw error;
  }
};
const isPlaced = ({ filter, place: { offset, length } }: FilterError): boolean =>
  offset >= 0 && length >= 0 && offset + length <= filter.length;

it('understands any text, or says where it does not', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(word, { maxLength: 24 }).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(text, (filter) => {
      expect(isUnderstood(filter) || isPlaced(failure(filter))).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

const leaf: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('established', 'bytes', 'client 10.0.0.0/8', 'seen > -3d', 'protocol in (tcp, 17)', 'client is web1'),
  fc.integer({ min: 0, max: 65_535 }).map((port) => `port ${port}`),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => `l7 = "${text.replaceAll(/["\\]/g, '\\$&')}"`),
);
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map((terms) => `(${terms.join(' and ')})`),
    fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map((terms) => `(${terms.join(' or ')})`),
    tie('tree').map((term) => `not ${term}`),
  ),
}));

it('reads what it prints as what it printed', () => {
  fc.assert(
    fc.property(tree, (text) => {
      const parsed = parse(text);
      expect(parse(printFilter(parsed))).toEqual(parsed);
    }),
    { numRuns: 500 },
  );
});
