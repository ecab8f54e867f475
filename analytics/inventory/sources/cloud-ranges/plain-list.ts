import { parsePrefix } from '../../../../ingest/kernel/ip';
import { stemOf } from './clouds';
import type { Publisher } from './published';

/** A bare list of prefixes, as JSON or one a line (`#` and `;` begin comments); it goes by the name of the file. */
export const PLAIN_LIST: Publisher = {
  recognise: (content) => {
    const first = entriesOf(content).slice(0, 5);
    return first.length > 0 && first.every(({ prefix }) => isPrefix(prefix));
  },
  read: (content, documentName) =>
    entriesOf(content).map((entry) => ({
      ...entry,
      provider: stemOf(documentName),
      service: '',
      region: '',
      breadth: 0,
    })),
};

function entriesOf(content: unknown): { where: string; prefix: unknown }[] {
  if (Array.isArray(content)) return content.map((prefix: unknown, index) => ({ where: `[${index}]`, prefix }));
  if (typeof content !== 'string') return [];
  return content
    .split('\n')
    .map((line, index) => ({ where: `line ${index + 1}`, prefix: line.replace(/[#;].*/, '').trim() }))
    .filter(({ prefix }) => prefix !== '');
}

/** Single addresses are hosts, which other lists hold. */
function isPrefix(text: unknown): boolean {
  if (typeof text !== 'string' || !text.includes('/')) return false;
  try {
    parsePrefix(text);
    return true;
  } catch {
    return false;
  }
}
