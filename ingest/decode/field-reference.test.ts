import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FLOW_COLUMNS } from '../model/flow';
import { fieldReference } from './field-reference';
import { FORMATS } from './registry';

const COLLECTOR = new Set(['received', 'format']);

it('is up to date: `npm run docs` writes it', () => {
  const page = readFileSync(join(__dirname, '../../api/docs/fields.md'), 'utf8');
  expect(tidy(page)).toBe(tidy(fieldReference(FORMATS)));
});

it.each(FLOW_COLUMNS.map(({ name }) => name))('%s is filled by some format, or by the collector', (name) => {
  const filledBy = FORMATS.filter(({ fills }) => fills[name] !== undefined);
  expect(filledBy.length > 0 || COLLECTOR.has(name)).toBe(true);
});

/** Formatting pads tables. */
function tidy(page: string): string {
  return page.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---').trim();
}
