/** A network as its owner publishes it. */
export interface PublishedRange {
  readonly where: string;
  /** What stands where a prefix is expected. */
  readonly prefix: unknown;
  readonly provider: string;
  /** As the provider spells it; '' where all of it is one. */
  readonly service: string;
  /** '' where it is everywhere. */
  readonly region: string;
  /** Of several that name one prefix, the one with the lowest counts; 0 where they are not said to overlap. */
  readonly breadth: number;
}

/** One form in which ranges are published. */
export interface Publisher {
  recognise(content: unknown): boolean;
  read(content: unknown, documentName: string): readonly PublishedRange[];
  /** When it was published, as it is written. */
  publishedAt?(content: unknown): string;
}

/** What an object holds under a key; undefined of anything else. */
export function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? new Map(Object.entries(value)).get(key)
    : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function word(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 100) : '';
}

/** Every prefix in the lists that an object has under these keys. */
export function prefixesUnder(
  value: unknown,
  keys: readonly string[],
  where: string,
): { where: string; prefix: unknown }[] {
  return keys.flatMap((key) =>
    list(field(value, key)).map((prefix, index) => ({ where: `${where}${key}[${index}]`, prefix })),
  );
}
