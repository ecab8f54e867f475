import { createHash } from 'node:crypto';

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Spelling {
  /** Anything that the backend does not take in a name. */
  readonly forbidden: RegExp;
  readonly separator: string;
  readonly maxLength: number;
}

const HASH_LENGTH = 8;

/**
 * Names a backend accepts, as near to ours as it allows: lower case, runs of anything forbidden as one separator. Those
 * that would coincide get a piece of their id's hash, so that no name depends on the order or on what else there is.
 *
 * @returns by id
 */
export function uniqueNames(
  things: readonly Named[],
  { forbidden, separator, maxLength }: Spelling,
): Map<string, string> {
  const runs = new RegExp(`(?:${forbidden.source})+`, 'g');
  const edges = new RegExp(`^[${separator}]+|[${separator}]+$`, 'g');
  const plain = (name: string) =>
    name
      .toLowerCase()
      .replace(runs, separator)
      .slice(0, maxLength - HASH_LENGTH - 1)
      .replace(edges, '');

  const uses = new Map<string, number>();
  for (const { name } of things) uses.set(plain(name), (uses.get(plain(name)) ?? 0) + 1);
  return new Map(
    things.map(({ id, name }) => {
      const base = plain(name);
      const hash = createHash('sha256').update(id).digest('hex').slice(0, HASH_LENGTH);
      return [id, uses.get(base) === 1 && base !== '' ? base : `${base}${separator}${hash}`];
    }),
  );
}
