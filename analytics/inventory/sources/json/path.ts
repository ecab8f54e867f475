/** Deeper than any register's answer; a path longer than this is a mistake. */
const MOST_STEPS = 16;
const MOST_VALUES = 256;

/** What registers put a link's text under, the most readable first; addresses last, for links to addresses. */
const TEXTS = ['display_value', 'display', 'label', 'name', 'value', 'address'] as const;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of one's own key, so that `constructor` and `__proto__` are as absent as any other. */
export function get(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** `interfaces.ip`, `network[0].address`: dots between keys, lists walked through or indexed. A key with dots in it counts, too. */
export function valuesAt(value: unknown, path: string): unknown[] {
  const direct = get(value, path);
  if (direct !== undefined) return [direct];
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  if (steps.length > MOST_STEPS) return [];
  return steps.reduce<unknown[]>(
    (values, step) =>
      values
        .flatMap((value) => {
          if (!Array.isArray(value)) return [get(value, step)];
          return /^\d+$/.test(step) ? [value[Number(step)]] : value.map((item) => get(item, step));
        })
        .filter((value) => value !== undefined && value !== null)
        .slice(0, MOST_VALUES),
    [value],
  );
}

/** The text people read: of a number, of a list's items, of a link to another record (`{ id: 7, name: 'fra1' }`). */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    const texts = value.slice(0, MOST_VALUES).map((item) => (Array.isArray(item) ? '' : textOf(item)));
    return texts.filter((text) => text !== '').join(', ');
  }
  const text = TEXTS.map((key) => get(value, key)).find((text) => typeof text === 'string' || typeof text === 'number');
  return text === undefined ? '' : String(text).trim();
}
