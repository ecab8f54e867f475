import { nearest } from '../nearest';
import { anyOf, type Kind } from './kind';

export interface NumberOptions {
  /** ClickHouse type the values are bound as. */
  readonly type: 'UInt8' | 'UInt16' | 'UInt32' | 'UInt64' | 'Float64';
  readonly most: number;
  /** `10M`, `4Gi` are numbers too: of bytes and other counters. */
  readonly suffixes?: boolean;
  /** Numbers that have names. */
  readonly names?: Readonly<Record<string, number>>;
  /** A field without operator and value means more than 0. */
  readonly counts?: boolean;
}

const DECIMAL: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15 };
const BINARY: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 };
const NUMBER = /^(\d{1,16}(?:\.\d{1,6})?)([kmgtp]?)(i?)b?$/i;
const EXAMPLES = { UInt8: '6', UInt16: '443 or 8000-8100', UInt32: '64512', UInt64: '1000', Float64: '0.9' } as const;

/** Numbers, ranges of numbers, and names for numbers. */
export function numberKind({ type, most, suffixes = false, names = {}, counts = false }: NumberOptions): Kind {
  const known = Object.keys(names);
  const example = suffixes ? '10M or 4Gi' : EXAMPLES[type];
  const named = known.length > 12 ? `${known.slice(0, 12).join(', ')}, …` : known.join(', ');
  const expects = known.length > 0 ? `one of ${named}, or a number` : `a number such as ${example}`;

  const read = (text: string): number | undefined => {
    const lower = text.toLowerCase();
    if (Object.hasOwn(names, lower)) return names[lower];
    const [, digits = '', suffix = '', binary = ''] = NUMBER.exec(text) ?? [];
    if (digits === '' || (!suffixes && /[a-z]$/i.test(text))) return undefined;
    const factor = (binary === '' ? DECIMAL : BINARY)[suffix.toLowerCase()];
    const value = factor === undefined ? Number.NaN : Number(digits) * factor;
    const fits = value <= most && (type === 'Float64' || Number.isInteger(value));
    return fits ? value : undefined;
  };
  const readRange = (text: string): readonly [number, number] | undefined => {
    const dash = text.indexOf('-');
    const single = read(text);
    if (single !== undefined) return [single, single];
    const [first, last] = [read(text.slice(0, dash)), read(text.slice(dash + 1))];
    return dash > 0 && first !== undefined && last !== undefined && first <= last ? [first, last] : undefined;
  };

  return {
    expects,
    operators: ['=', '<', '<=', '>', '>='],
    values: known,
    problem(operator, value) {
      if ((operator === '=' ? readRange(value) : read(value)) !== undefined) return undefined;
      if (/^[a-z]/i.test(value) && known.length > 0) {
        const near = nearest(value, known);
        return `"${value}" is none of ${named}${near === undefined ? '' : `; did you mean ${near}?`}`;
      }
      return `"${value}" is not ${expects}${most < Number.MAX_SAFE_INTEGER ? `, at most ${most}` : ''}`;
    },
    condition(column, operator, values, binder) {
      const bind = (value: number): string => binder.bind(type, value);
      if (operator !== '=') return `${column} ${operator} ${bind(read(values[0] ?? '') ?? 0)}`;
      const ranges = values.map((value) => readRange(value) ?? [0, 0]);
      const single = ranges.filter(([first, last]) => first === last).map(([first]) => first);
      return anyOf([
        ...(single.length > 0 ? [`${column} IN ${binder.bind(`Array(${type})`, single)}`] : []),
        ...ranges
          .filter(([first, last]) => first !== last)
          .map(([first, last]) => `${column} BETWEEN ${bind(first)} AND ${bind(last)}`),
      ]);
    },
    ...(counts ? { alone: (column) => `${column} > 0` } : {}),
  };
}
