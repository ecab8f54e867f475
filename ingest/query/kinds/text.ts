import { problemOf, type Kind } from './kind';

/** What RE2, which ClickHouse matches with, does not have: looking around, and back at what was matched. */
const NOT_RE2 = /\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</;
/** RE2 sets flags inside of a pattern, JavaScript does not. */
const FLAGS = /\(\?[imsU-]+\)/g;
/** RE2 refuses repetitions of more. */
const MOST_REPEATED = 1000;

/** Strings: exact, by pattern (`*` any characters, `?` one), by regular expression. */
export const TEXT: Kind = {
  expects: 'a text such as web-1 or "two words"',
  operators: ['=', 'like', '~'],
  values: [],
  problem: (operator, value) => (operator === '~' ? expressionProblem(value) : undefined),
  condition(column, operator, values, binder) {
    const [first = ''] = values;
    if (operator === 'like') return `${column} LIKE ${binder.bind('String', likePattern(first))}`;
    if (operator === '~') return `match(${column}, ${binder.bind('String', first)})`;
    return `${column} IN ${binder.bind('Array(String)', values)}`;
  },
  alone: (column) => `${column} != ''`,
};

function likePattern(pattern: string): string {
  return pattern
    .replaceAll(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');
}

function expressionProblem(text: string): string | undefined {
  if (NOT_RE2.test(text)) return `"${text}" looks around or back, which regular expressions here (RE2) cannot`;
  const repeated = [...text.matchAll(/\{(\d*)(?:,(\d*))?\}/g)].flatMap(([, least, most]) => [least, most]);
  if (repeated.some((times) => Number(times ?? 0) > MOST_REPEATED))
    return `"${text}" repeats something more than ${MOST_REPEATED} times`;
  return problemOf(() => new RegExp(text.replaceAll(FLAGS, ''))) && `"${text}" is no regular expression`;
}
