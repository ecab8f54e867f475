import express from 'express';
import { Registry } from 'prom-client';
import supertest from 'supertest';
import { WayleaveError } from '../../ingest/kernel/errors';
import type { Store } from '../../ingest/store';
import { createJobs } from '../jobs';
import type { PipelineState } from '../wayleave';
import type { StoreState } from './store-probe';
import { probeRoutes } from './probes';
import { readinessOf } from './readiness';
import { statusRoutes } from './routes/status';

const SINCE = Date.parse('2026-11-21T09:00:00Z');
const FULL = { cause: 'disk', reason: '3 MiB are free under /srv/wayleave' } as const;
const TROUBLE = { reason: 'connect ECONNREFUSED 10.0.0.7:8123', since: SINCE };
const QUIET: PipelineState = { full: undefined, trouble: undefined, backlog: 0, oldest: undefined };

interface Situation {
  readonly pipeline?: Partial<PipelineState>;
  readonly store?: StoreState;
  readonly receiving?: boolean;
  readonly query?: () => Promise<never>;
}

function serve({ pipeline = {}, store = { state: 'answers' }, receiving = true, query }: Situation) {
  const state = { pipeline: () => ({ ...QUIET, ...pipeline }), receiving: () => receiving };
  const probe = () => Promise.resolve(store);
  const counts = () => Promise.resolve([{ flows: 7, uploads: 2 }]);
  const engine: Pick<Store, 'query'> = { query: (query ?? counts) as Store['query'] };
  const rest = { store: engine as Store, jobs: createJobs(() => new Date()), exporters: () => [], sources: () => [] };
  const readiness = () => readinessOf({ pipeline: state.pipeline(), store, receiving });
  const probes = probeRoutes({ readiness, registry: new Registry(), token: 'secret' });
  return supertest(express().use(probes, statusRoutes({ ...state, ...rest }, probe)));
}

const failing = (checks: readonly { name: string; ok: boolean }[]) =>
  checks.filter(({ ok }) => !ok).map(({ name }) => name);

describe('readiness', () => {
  it.each<[string, Situation, number, string, string[]]>([
    ['all is well', {}, 200, 'ready', []],
    ['the engine is busy', { store: { state: 'busy', seconds: 90 } }, 200, 'ready', []],
    [
      'the store is away',
      { store: { state: 'away' }, pipeline: { trouble: TROUBLE } },
      200,
      'degraded',
      ['loading', 'store'],
    ],
    ['segments are refused', { pipeline: { trouble: TROUBLE } }, 200, 'degraded', ['loading']],
    ['the spool is full', { pipeline: { full: FULL, trouble: TROUBLE } }, 503, 'full', ['spool', 'loading']],
    ['the sockets are closed', { receiving: false }, 503, 'not-receiving', ['collector']],
  ])('when %s', async (_, situation, status, word, names) => {
    const answer = await serve(situation).get('/readyz');
    const body = answer.body as { status: string; checks: { name: string; ok: boolean }[] };
    expect([answer.status, body.status, failing(body.checks)]).toEqual([status, word, names]);
    expect(body.checks).toHaveLength(4);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('checks only what a process has', () => {
    const names = (input: Parameters<typeof readinessOf>[0]) => readinessOf(input).checks.map(({ name }) => name);
    expect(names({ pipeline: QUIET, receiving: true })).toEqual(['spool', 'loading', 'collector']);
    expect(names({ pipeline: QUIET, store: { state: 'answers' } })).toEqual(['spool', 'loading', 'store']);
  });

  it('tells strangers neither paths nor addresses', async () => {
    const { text } = await serve({ pipeline: { full: FULL, trouble: TROUBLE }, store: { state: 'away' } }).get(
      '/readyz',
    );
    expect(text).toContain('nothing is passed on since 2026-11-21T09:00:00.000Z');
    expect(text).not.toMatch(/srv|10\.0\.0\.7/);
  });
});

describe('the status', () => {
  it('shows what stands between senders and the store', async () => {
    const { body } = await serve({ pipeline: { full: FULL, trouble: TROUBLE, backlog: 12, oldest: SINCE } }).get(
      '/status',
    );
    const since = '2026-11-21T09:00:00.000Z';
    expect(body).toMatchObject({
      flows: 7,
      pipeline: { full: FULL, trouble: { reason: TROUBLE.reason, since }, backlog: 12, oldest: since, receiving: true },
    });
  });

  it.each<[string, Situation]>([
    ['is known to be away', { store: { state: 'away' }, query: () => Promise.reject(new Error('asked all the same')) }],
    [
      'goes away',
      { query: () => Promise.reject(new WayleaveError('gone', { code: 'store-unavailable', retriable: true })) },
    ],
  ])('is given when the store %s', async (_, situation) => {
    const { status, body } = await serve(situation).get('/status');
    expect({ status, body: body as unknown }).toMatchObject({
      status: 200,
      body: { flows: null, uploads: null, pipeline: { full: null, trouble: null, backlog: 0, oldest: null } },
    });
  });
});
