import type { Field } from './field';
import type { Operator } from './kinds';
import { quote } from './tokens';

export interface Comparison {
  readonly kind: 'comparison';
  readonly field: Field;
  /** `alone`: the field is all there is, as in `not established`. */
  readonly operator: Operator | 'alone';
  /** As written, without quotes; `=` has any number of them, `alone` none, the others one. */
  readonly values: readonly string[];
}

/** What a filter says. Everything in it has a field, and values that its field takes. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Filter[] }
  | { readonly kind: 'not'; readonly term: Filter }
  | Comparison;

/** The filter as text, which parses to the same filter. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      // Also `and` within `and`, so that it is read back as it is nested.
      return filter.terms.map((term) => inParentheses(term, 'terms' in term)).join(` ${filter.kind} `);
    case 'not':
      return `not ${inParentheses(filter.term, 'terms' in filter.term)}`;
    case 'comparison':
      return printComparison(filter);
  }
}

function inParentheses(filter: Filter, needed: boolean): string {
  return needed ? `(${printFilter(filter)})` : printFilter(filter);
}

function printComparison({ field, operator, values }: Comparison): string {
  if (operator === 'alone') return field.name;
  const [only = ''] = values;
  return values.length > 1
    ? `${field.name} in (${values.map(quote).join(', ')})`
    : `${field.name} ${operator} ${quote(only)}`;
}

/** Every comparison in it, in order. */
export function comparisonsOf(filter: Filter): readonly Comparison[] {
  if (filter.kind === 'comparison') return [filter];
  return filter.kind === 'not' ? comparisonsOf(filter.term) : filter.terms.flatMap(comparisonsOf);
}

/** All of them; undefined when there are none. */
export function conjunction(filters: readonly (Filter | undefined)[]): Filter | undefined {
  const terms = filters.filter((filter) => filter !== undefined);
  return terms.length > 1 ? { kind: 'and', terms } : terms[0];
}
