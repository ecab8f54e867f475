import { status } from '../estate.fixture';
import { createClient } from './client';
import { openSession } from './session';

function answering(answers: Readonly<Record<string, { status: number; body: unknown }>>): {
  readonly asked: [url: string, authorization: string][];
  readonly fetch: typeof globalThis.fetch;
} {
  const asked: [string, string][] = [];
  return {
    asked,
    fetch: (input, init) => {
      const url = input instanceof Request ? input.url : input.toString();
      asked.push([url, new Headers(init?.headers).get('Authorization') ?? '']);
      const answer = answers[url];
      if (answer === undefined) return Promise.reject(new TypeError('Failed to fetch'));
      return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }));
    },
  };
}

const session = { token: () => 'secret', keep: () => undefined, decider: () => '', keepDecider: () => undefined };

it('asks with the token, and for the map with the open applications', async () => {
  const { asked, fetch } = answering({
    'api/v1/status': { status: 200, body: status },
    'api/v1/map?expand=a%20b,c%26d': { status: 200, body: {} },
    'api/v1/policies': { status: 200, body: [{ id: 'p 1' }] },
    'api/v1/map?expand=&compliance=draft&policy=p%201': { status: 200, body: {} },
  });
  const client = createClient(session, fetch);
  expect(await client.status()).toEqual(status);
  await client.map(['a b', 'c&d'], 'proposed', null);
  await client.map([], 'draft', null);
  expect(asked).toEqual([
    ['api/v1/status', 'Bearer secret'],
    ['api/v1/map?expand=a%20b,c%26d', 'Bearer secret'],
    ['api/v1/policies', 'Bearer secret'],
    ['api/v1/map?expand=&compliance=draft&policy=p%201', 'Bearer secret'],
  ]);
});

it('sends a decision as JSON', async () => {
  const sent: unknown[] = [];
  const fetch: typeof globalThis.fetch = (_, init) => {
    sent.push([init?.method, new Headers(init?.headers).get('Content-Type'), init?.body]);
    return Promise.resolve(new Response('{"id":"decision-1"}', { status: 201 }));
  };
  const body = { wish: { kind: 'confirm', group: 'dns' } as const, by: 'ann', reason: 'it is' };
  expect(await createClient(session, fetch).decide(body)).toEqual({ id: 'decision-1' });
  expect(sent).toEqual([['POST', 'application/json', JSON.stringify(body)]]);
});

it('asks for a difference and undoes a decision, with what the address must not hold quoted', async () => {
  const asked: unknown[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    asked.push([init?.method, url]);
    return Promise.resolve(new Response('{}'));
  };
  const client = createClient(session, fetch);
  await client.undo('decision/1', 'ann & bob', 'a mistake');
  await client.diff('run 1', 'run-2');
  expect(asked).toEqual([
    ['DELETE', 'api/v1/groups/decisions/decision%2F1?by=ann+%26+bob&reason=a+mistake'],
    ['GET', 'api/v1/groups/diff?from=run+1&to=run-2'],
  ]);
});

it('takes 404 for "not there yet" where that can be, and passes problems on', async () => {
  const problem = (number: number, code: string): { status: number; body: unknown } => ({
    status: number,
    body: { status: number, code, title: 'No', detail: 'because' },
  });
  const { fetch } = answering({
    'api/v1/groups': problem(404, 'no-topology'),
    'api/v1/status': problem(401, 'unauthorized'),
    'api/v1/recommendations/latest': problem(500, 'internal'),
  });
  const client = createClient(session, fetch);
  expect(await client.groups()).toBeNull();
  await expect(client.status()).rejects.toMatchObject({ status: 401, code: 'unauthorized', message: 'because' });
  await expect(client.recommendation()).rejects.toMatchObject({ status: 500 });
  await expect(client.replay()).rejects.toMatchObject({ code: 'unreachable' });
});

it('takes the token out of the address, keeps the rest of the fragment, and remembers the token', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const addresses: unknown[] = [];
  const history = { replaceState: (...given: unknown[]) => void addresses.push(given[2]) };
  const first = openSession({ hash: '#token=t-1&expand=shop', pathname: '/', search: '?a' }, history, storage);
  expect(first.token()).toBe('t-1');
  expect(addresses).toEqual(['/?a#expand=shop']);
  const again = openSession({ hash: '#expand=shop', pathname: '/', search: '' }, history, storage);
  expect(again.token()).toBe('t-1');
  again.keep('t-2');
  expect(first.token()).toBe('t-2');
  expect(addresses).toHaveLength(1);
});
