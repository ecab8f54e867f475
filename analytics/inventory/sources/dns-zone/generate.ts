/** A /16 of reverse entries; BIND itself takes any number. */
const MOST_GENERATED = 65_536;

/**
 * `$GENERATE 1-254/2 host-$ A 10.0.0.$` (BIND 9): the words behind the range, once for each number. `$` is the number,
 * `${offset,width,base}` the number plus the offset, padded with zeros, in base `d`, `o`, `x` or `X`; `\$` is a dollar.
 */
export function* generate(words: readonly string[]): Generator<string[]> {
  const [range = '', ...template] = words;
  const [, first, last, step = '1'] = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(range) ?? [];
  if (first === undefined || last === undefined || Number(step) < 1)
    throw new Error(`"${range.slice(0, 40)}" is no range`);
  if ((Number(last) - Number(first)) / Number(step) >= MOST_GENERATED) {
    throw new Error(`$GENERATE of more than ${MOST_GENERATED} records`);
  }
  for (let number = Number(first); number <= Number(last); number += Number(step)) {
    yield template.map((word) => substitute(word, number));
  }
}

function substitute(word: string, number: number): string {
  return word.replace(
    /\\\$|\$(?:\{(-?\d{1,10})(?:,(\d{1,2})(?:,([doxX]))?)?\})?/g,
    (match: string, offset = '0', width = '0', base = 'd') => {
      if (match === '\\$') return '$';
      const digits = (number + Number(offset)).toString(base === 'd' ? 10 : base === 'o' ? 8 : 16);
      return (base === 'X' ? digits.toUpperCase() : digits).padStart(Number(width), '0');
    },
  );
}
