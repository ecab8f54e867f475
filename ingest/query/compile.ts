import type { SqlParams } from '../store';
import type { End } from './field';
import type { Comparison, Filter } from './filter';
import { anyOf, type Binder } from './kinds';
import type { Answers, OwnedAddress } from './owners';

/** A condition over the columns of a field table; every value in it is bound. */
export interface Condition {
  readonly sql: string;
  readonly params: SqlParams;
}

export interface CompileOptions {
  /** Epoch milliseconds that relative times count from. */
  readonly now: number;
  /** Who is behind addresses, for all comparisons that ask. */
  readonly answers?: Answers;
  /** Parameters are called this and a number. */
  readonly prefix?: string;
}

/** What a condition is that does not narrow. */
export const EVERYTHING: Condition = { sql: '1', params: {} };

export function compileFilter(filter: Filter | undefined, options: CompileOptions): Condition {
  if (!filter) return EVERYTHING;
  const { now, answers = new Map(), prefix = 'f' } = options;
  const params: Record<string, SqlParams[string]> = {};
  const binder: Binder = {
    now,
    bind(type, value) {
      const name = `${prefix}${Object.keys(params).length}`;
      params[name] = value;
      return `{${name}:${type}}`;
    },
  };
  return { sql: sqlOf(filter, answers, binder), params };
}

function sqlOf(filter: Filter, answers: Answers, binder: Binder): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.terms.map((term) => sqlOf(term, answers, binder)).join(` ${filter.kind.toUpperCase()} `)})`;
    case 'not':
      return `NOT (${sqlOf(filter.term, answers, binder)})`;
    case 'comparison':
      return comparisonSql(filter, answers, binder);
  }
}

function comparisonSql(comparison: Comparison, answers: Answers, binder: Binder): string {
  const { field, operator, values } = comparison;
  if (!('columns' in field)) {
    const owned = answers.get(comparison);
    if (!owned) throw new TypeError(`nobody was asked about ${field.name}`);
    return anyOf(field.ends.map((end) => ownedSql(end, owned, binder)));
  }
  const { kind, columns, list } = field;
  const one = (column: string): string =>
    operator === 'alone' ? (kind.alone?.(column) ?? column) : kind.condition(column, operator, values, binder);
  return anyOf(columns.map((column) => (list ? `arrayExists(x -> ${one('x')}, ${column})` : one(column))));
}

/** Further than any moment that is stored. */
const EVER = 8_640_000_000_000_000;

/**
 * Most addresses never change hands, and are looked up in a hash table; those that do are compared with each of their
 * spans, after a look-up of the address alone.
 */
function ownedSql({ address, scope, at }: End, owned: readonly OwnedAddress[], binder: Binder): string {
  const addresses = (of: readonly OwnedAddress[]): string =>
    binder.bind(
      'Array(IPv6)',
      of.map((one) => one.address),
    );
  const always = owned.filter(isAlways);
  const sometimes = owned.filter((one) => !isAlways(one));
  const conditions: string[] = [];
  if (always.length > 0) conditions.push(`${address} IN ${addresses(always)}`);
  if (sometimes.length > 0) {
    const bound = addresses(sometimes);
    const times = (of: readonly number[]): string => binder.bind('Array(Int64)', of);
    const arrays = [
      bound,
      binder.bind(
        'Array(UInt8)',
        sometimes.map((one) => (one.scope === undefined ? 1 : 0)),
      ),
      binder.bind(
        'Array(String)',
        sometimes.map((one) => one.scope ?? ''),
      ),
      times(sometimes.map((one) => one.since ?? -EVER)),
      times(sometimes.map((one) => one.until ?? EVER)),
    ];
    const every = `every${exceptionsSql({ address, scope }, sometimes, binder)}`;
    conditions.push(
      `(${address} IN ${bound} AND arrayExists((a, every, s, f, t) -> ` +
        `a = ${address} AND (${every} OR s = ${scope}) AND ${at} >= f AND ${at} < t, ${arrays.join(', ')}))`,
    );
  }
  return conditions.length === 0 ? '0' : anyOf(conditions);
}

/** Not where the address is somebody else's in the scope of the row. */
function exceptionsSql(
  { address, scope }: Pick<End, 'address' | 'scope'>,
  owned: readonly OwnedAddress[],
  binder: Binder,
): string {
  const pairs = owned.flatMap((one) => (one.exceptScopes ?? []).map((except) => [one.address, except] as const));
  if (pairs.length === 0) return '';
  const addresses = binder.bind(
    'Array(IPv6)',
    pairs.map(([other]) => other),
  );
  const scopes = binder.bind(
    'Array(String)',
    pairs.map(([, other]) => other),
  );
  return ` AND NOT arrayExists((a, s) -> a = ${address} AND s = ${scope}, ${addresses}, ${scopes})`;
}

function isAlways({ scope, exceptScopes, since, until }: OwnedAddress): boolean {
  return scope === undefined && exceptScopes === undefined && since === undefined && until === undefined;
}
