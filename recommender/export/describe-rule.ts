import type { Rule } from '../model/policy';

/** A rule in words for whoever reads the exported file, with what makes it other than for ever and enforced. */
export function describeRule({ words, alertOnly, lease }: Rule): string {
  const remarks = [
    ...(alertOnly ? ['only alerts'] : []),
    ...(lease ? [`until ${lease.expires}: ${lease.reason}`] : []),
  ];
  return remarks.length === 0 ? words : `${words} (${remarks.join('; ')})`;
}

/** The words alone again. */
export function wordsIn(description: string): string {
  return description.replace(/ \((?:only alerts)?(?:; )?(?:until [0-9T:.-]+Z: .*)?\)$/, '');
}
