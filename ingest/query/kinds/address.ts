import { formatAddress, lastOf, parseAddress, parsePrefix } from '../../kernel/ip';
import { WayleaveError } from '../../kernel/errors';
import { anyOf, problemOf, type Kind } from './kind';

interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Columns of type IPv6. */
export const ADDRESS: Kind = {
  expects: 'an address, a prefix or a range such as 10.0.0.5, 10.1.0.0/16 or 10.0.0.5-10.0.0.9',
  operators: ['='],
  values: [],
  problem: (_, value) => problemOf(() => readRange(value)),
  condition(column, _, values, binder) {
    const ranges = values.map(readRange);
    const single = ranges.filter(({ first, last }) => first === last).map(({ first }) => formatAddress(first));
    return anyOf([
      ...(single.length > 0 ? [`${column} IN ${binder.bind('Array(IPv6)', single)}`] : []),
      ...ranges
        .filter(({ first, last }) => first !== last)
        .map(
          ({ first, last }) =>
            `${column} BETWEEN ${binder.bind('IPv6', formatAddress(first))} AND ${binder.bind('IPv6', formatAddress(last))}`,
        ),
    ]);
  },
};

function readRange(text: string): AddressRange {
  const dash = text.indexOf('-');
  if (dash < 0) {
    const prefix = parsePrefix(text);
    return { first: prefix.base, last: lastOf(prefix) };
  }
  const first = parseAddress(text.slice(0, dash));
  const last = parseAddress(text.slice(dash + 1));
  if (first <= last) return { first, last };
  throw new WayleaveError(`the range ${text} ends before it begins`, { code: 'bad-address', where: { text } });
}
