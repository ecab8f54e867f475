/** A string literal: what it holds cannot end it. */
export function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** `multiIf(value = 'a', 1, value = 'b', 2, otherwise)`. */
export function choose(value: string, cases: Readonly<Record<string, number>>, otherwise: string | number): string {
  const branches = Object.entries(cases).map(([text, result]) => `${value} = ${quote(text)}, ${result}`);
  return `multiIf(${[...branches, otherwise].join(', ')})`;
}

/** The first of several texts that is not empty. */
export function firstGiven(...texts: readonly [string, ...string[]]): string {
  const [last = `''`, ...others] = [...texts].reverse();
  return others.reduce((rest, text) => `if(${text} != '', ${text}, ${rest})`, last);
}

/**
 * An expression that uses another several times. The engine copies what an alias stands for wherever it is used, and a
 * few levels of that take it seconds to analyse; what a lambda is given it takes once.
 */
export function bind(value: string, use: (name: string) => string): string {
  return `arrayMap(bound -> ${use('bound')}, [${value}])[1]`;
}
