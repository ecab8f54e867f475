import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CONVERSATION_FIELDS,
  createIdentity,
  FLOW_AND_CONVERSATION_FIELDS,
  listConversations,
} from '../../analytics/conversations/query';
import { openTestStore, type TestStore } from '../../analytics/conversations/query/testing/conversations';
import { findFlows } from '../../ingest/flows';
import { FilterError, parseFilter, pointAt, type FieldTable } from '../../ingest/query';
import { printProblem } from '../cli/print/problem';

const page = readFileSync(join(__dirname, 'queries.md'), 'utf8');
const examples = [...page.matchAll(/^\| `(.+?)` +\| (yes|no) +\| (yes|no) +\|/gm)].map(
  ([, filter = '', flows, conversations]) => ({
    filter: filter.replaceAll('\\|', '|'),
    flows,
    conversations,
  }),
);
const refusal = (table: FieldTable, filter: string): FilterError | undefined => {
  try {
    parseFilter(table, filter);
    return undefined;
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
};

jest.setTimeout(60_000);

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore('queries');
});
afterAll(() => test.close());

it('shows filters', () => {
  expect(examples.length).toBeGreaterThan(30);
});

const runs = examples.flatMap(({ filter, flows, conversations }) => [
  { filter, table: FLOW_AND_CONVERSATION_FIELDS, taken: flows === 'yes' },
  { filter, table: CONVERSATION_FIELDS, taken: conversations === 'yes' },
]);

it.each(runs.filter(({ taken }) => taken))(
  'asks the database for $table.subject with $filter',
  async ({ filter, table }) => {
    const { store } = test;
    const deps = { store, identity: createIdentity(store), now: Date.UTC(2026, 10, 21) };
    const parsed = parseFilter(table, filter);
    const found =
      table === FLOW_AND_CONVERSATION_FIELDS
        ? await findFlows({ filter }, 10, { ...deps, owners: deps.identity, fields: table })
        : await listConversations({ filter: parsed, by: 'total', sort: 'bytes', limit: 10 }, deps);
    expect(found).toEqual([]);
  },
);

it.each(runs.filter(({ taken }) => !taken))('says that $table.subject know nothing of $filter', ({ filter, table }) => {
  expect(refusal(table, filter)?.message).toMatch(/^\w+ have no field "|is no end\b/);
});

it.each([...page.matchAll(/^wayleave (flows|conversations) '(.+?)'/gm)].map(([, about, filter]) => [about, filter]))(
  'runs wayleave %s %s',
  (about, filter = '') => {
    expect(refusal(about === 'flows' ? FLOW_AND_CONVERSATION_FIELDS : CONVERSATION_FIELDS, filter)).toBeUndefined();
  },
);

it('shows an error as it is printed', () => {
  const error = refusal(CONVERSATION_FIELDS, 'server in 10.1.0.0/16 and prot 5432');
  expect(page).toContain(printProblem(error));
  expect(page).toContain(error && pointAt(error));
});
