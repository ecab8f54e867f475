import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SHOP } from '../model/policy.fixture';
import { BACKENDS } from './registry';

/** Written anew by `UPDATE_GOLDEN=1 npx jest recommender/export/golden`; review the difference. */
const update = process.env.UPDATE_GOLDEN !== undefined;

const files = [...BACKENDS.values()].flatMap((backend) =>
  backend.render(SHOP).files.map(({ path, text }) => ({ text, path: join(__dirname, 'golden', backend.name, path) })),
);

describe('the shop, exported', () => {
  it.each(files)('is $path', ({ path, text }) => {
    if (update) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    expect(text).toBe(readFileSync(path, 'utf8'));
  });
});
