import { isV4, parsePrefix } from '../kernel/ip';
import { FilterError, type Expectation } from './filter-error';
import { findField, suggestField, WORKLOAD, type Field, type FieldTable } from './field';
import type { Comparison, Filter } from './filter';
import { problemOf } from './kinds/kind';
import type { Operator } from './kinds';
import { RESERVED, tokenise, type Token } from './tokens';

/** Of parentheses and negations: each is a frame of our stack, and of the engine's parser. */
export const DEEPEST = 64;
export const MOST_COMPARISONS = 256;
export const MOST_VALUES = 1024;

const CONNECTIVES = ['and', 'or'];
const NEGATIVE: Readonly<Record<string, Operator>> = { '!=': '=', '!~': '~' };

/**
 * ```
 * filter     = term { ("or" | "||") term }
 * term       = factor { ("and" | "&&") factor }
 * factor     = ("not" | "!") factor | "(" filter ")" | comparison
 * comparison = field [ operator value | value | ["not"] "in" ( value | list ) | ["not"] "like" value | "is" ["not"] value ]
 * list       = "(" value { "," value } ")"
 * ```
 *
 * @throws FilterError naming what is not understood, where, and what was expected
 */
export function parseFilter(table: FieldTable, text: string): Filter {
  return parseTokens(table, text, tokenise(text));
}

export function parseTokens(table: FieldTable, text: string, tokens: readonly Token[]): Filter {
  const end = tokens.at(-1) ?? { kind: 'end', text: '', offset: text.length, length: 0 };
  let at = 0;
  let comparisons = 0;

  const peek = (): Token => tokens[at] ?? end;
  const fail = (message: string, expectation?: Expectation, token = peek()): FilterError =>
    new FilterError(message, text, { offset: token.offset, length: token.length }, expectation);
  const expected = (what: string, expectation: Expectation): FilterError => {
    const { kind, text: found } = peek();
    return fail(kind === 'end' ? `expected ${what} at the end` : `expected ${what} before "${found}"`, expectation);
  };
  /** Takes the next token if it is one of these words or symbols. */
  const accept = (...wanted: string[]): string | undefined => {
    const { kind, text: found } = peek();
    const word = kind === 'text' || kind === 'end' ? undefined : found.toLowerCase();
    if (word === undefined || !wanted.includes(word)) return undefined;
    at++;
    return word;
  };

  const chain = (kind: 'and' | 'or', symbol: string, part: (depth: number) => Filter, depth: number): Filter => {
    const first = part(depth);
    const terms = [first];
    while (accept(kind, symbol)) terms.push(part(depth));
    return terms.length === 1 ? first : { kind, terms };
  };
  const filter = (depth: number): Filter => chain('or', '||', term, depth);
  const term = (depth: number): Filter => chain('and', '&&', factor, depth);

  const factor = (depth: number): Filter => {
    if (depth > DEEPEST) throw fail(`a filter is nested at most ${DEEPEST} deep`);
    if (accept('not', '!')) return { kind: 'not', term: factor(depth + 1) };
    if (!accept('(')) return comparison();
    const inner = filter(depth + 1);
    if (!accept(')')) throw expected('")" or "and" or "or"', { words: [...CONNECTIVES, ')'] });
    return inner;
  };

  const comparison = (): Filter => {
    if (++comparisons > MOST_COMPARISONS) throw fail(`a filter has at most ${MOST_COMPARISONS} comparisons`);
    const field = fieldName();
    const { kind } = field;
    const negated = accept('not') !== undefined;
    const operator = negated
      ? accept('in', 'like')
      : accept('in', 'like', 'is', '=', '!=', '~', '!~', '<', '<=', '>', '>=');
    if (operator === undefined) {
      if (negated) throw expected('"in" or "like"', { words: ['in', 'like'] });
      return withoutOperator(field);
    }
    if (operator === 'is') return ownership(field);
    const plain = NEGATIVE[operator] ?? (operator === 'in' ? '=' : (operator as Operator));
    if (!kind.operators.includes(plain)) {
      const can = operatorsOf(field);
      throw fail(
        `${field.name} is not compared with "${operator}"; ${can.length > 0 ? `it takes ${can.join(' ')}` : 'it stands alone'}`,
        { words: can },
        tokens[at - 1],
      );
    }
    const values = operator === 'in' && accept('(') ? list(field) : [value(field, plain)];
    const found: Comparison = { kind: 'comparison', field, operator: plain, values };
    return negated || operator in NEGATIVE ? { kind: 'not', term: found } : found;
  };

  /** `established`, or `port 443`. */
  const withoutOperator = (field: Field): Filter => {
    const { kind, text: next } = peek();
    const over = kind === 'end' || kind === 'symbol' || (kind === 'word' && RESERVED.has(next.toLowerCase()));
    if (field.kind.alone && over) return { kind: 'comparison', field, operator: 'alone', values: [] };
    const words = [...operatorsOf(field), ...(field.kind.alone ? [...CONNECTIVES, ')'] : [])];
    if (!field.kind.operators.includes('=')) {
      const what = operatorsOf(field).length > 0 ? `one of ${operatorsOf(field).join(' ')}` : '"and" or "or"';
      throw expected(`${what} after ${field.name}`, { words });
    }
    if (over) throw expected(`an operator or ${field.kind.expects}`, { words, value: field });
    return { kind: 'comparison', field, operator: '=', values: [value(field, '=', words)] };
  };

  /** `client is web1`: the same as `client.workload = web1`. */
  const ownership = (field: Field): Filter => {
    const owner = 'columns' in field && field.ends ? findField(table, `${field.name}.${WORKLOAD}`) : undefined;
    if (!owner)
      throw fail(
        `"is" asks who an address belongs to, and ${field.name} is no end; these are: ${endNames(table)}`,
        undefined,
        tokens[at - 1],
      );
    const negated = accept('not') !== undefined;
    const found: Comparison = { kind: 'comparison', field: owner, operator: '=', values: [value(owner, '=')] };
    return negated ? { kind: 'not', term: found } : found;
  };

  const list = (field: Field): string[] => {
    const values = [value(field, '=')];
    while (accept(',')) {
      if (values.length >= MOST_VALUES) throw fail(`a list has at most ${MOST_VALUES} values`);
      values.push(value(field, '='));
    }
    if (!accept(')')) throw expected('"," or ")"', { words: [',', ')'] });
    return values;
  };

  const value = (field: Field, operator: Operator, words: readonly string[] = []): string => {
    const { kind, text: found } = peek();
    const expectation = { words, value: field };
    if (kind === 'end' || kind === 'symbol' || (kind === 'word' && RESERVED.has(found.toLowerCase())))
      throw expected(field.kind.expects, expectation);
    const problem = field.kind.problem(operator, found);
    if (problem !== undefined) {
      const alone = field.kind.alone && words.length > 0 ? `; ${field.name} alone is followed by "and" or "or"` : '';
      throw fail(`${field.name}: ${problem}${alone}`, expectation);
    }
    at++;
    return found;
  };

  const fieldName = (): Field => {
    const { kind, text: found } = peek();
    const expectation = { words: ['not', '('], anyField: true };
    if (kind !== 'word' || RESERVED.has(found.toLowerCase())) throw expected('a field', expectation);
    const field = findField(table, found);
    if (!field) throw fail(unknownField(table, found), expectation);
    at++;
    return field;
  };

  const whole = filter(0);
  if (peek().kind !== 'end') throw expected('"and" or "or"', { words: CONNECTIVES });
  return whole;
}

/** As they are written after the field; the negative ones too. */
function operatorsOf({ kind, ...field }: Field): readonly string[] {
  const written = kind.operators.flatMap((operator) => {
    if (operator === '=') return ['=', '!=', 'in', 'not in'];
    if (operator === '~') return ['~', '!~'];
    return operator === 'like' ? ['like', 'not like'] : [operator];
  });
  return 'columns' in field && field.ends ? [...written, 'is', 'is not'] : written;
}

/** `src, dst, host` */
function endNames(table: FieldTable): string {
  return table.fields
    .filter(({ ends }) => ends)
    .map(({ name }) => name)
    .join(', ');
}

function unknownField(table: FieldTable, name: string): string {
  if (problemOf(() => parsePrefix(name)) === undefined) {
    const shown = isV4(parsePrefix(name).base) || name.includes(':') ? name : '';
    return `expected a field before "${name}"; did you mean host ${shown}?`;
  }
  return `${table.subject} have no field "${name}"${suggestField(table, name)}`;
}
