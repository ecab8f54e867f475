import { openTestStore, type TestStore } from '../conversations/query/testing/conversations';
import type { Threats } from './find-threats';
import type { ThreatFinding } from './finding';
import { createKnownThreats } from './known-threats';
import { START } from './scene.fixture';

jest.setTimeout(60_000);

const DAY = 86_400;
const finding = (id: string, more: Partial<ThreatFinding> = {}): ThreatFinding => ({
  id: `threat-${id}`,
  kind: 'port-scan',
  words: 'pc1 tried everything',
  workloads: [{ workload: 'pc1', name: 'pc1', part: 'source', managed: true, addresses: ['10.0.1.1'] }],
  seen: { from: START + 100, to: START + 200 },
  severity: 'high',
  severityReason: '',
  confidence: 0.9,
  confidenceReason: '',
  evidence: [],
  filter: 'client 10.0.1.1',
  technique: null,
  response: '',
  ...more,
});
const threats = (findings: readonly ThreatFinding[], days: readonly [number, number] = [0, 1]): Threats => ({
  window: { from: START + days[0] * DAY, to: START + days[1] * DAY },
  findings,
  detectors: [
    { detector: 'port-scan', findings: findings.length, more: 0, excused: [], unjudged: null },
    { detector: 'beacon', findings: findings.length, more: 0, excused: [], unjudged: null },
  ],
});

describe('known threats', () => {
  let opened: TestStore;
  let seconds = START + DAY;
  const open = () => createKnownThreats({ store: opened.store, clock: () => new Date(++seconds * 1000) });
  const rows = async () => {
    const [row] = await opened.store.query<{ n: number }>('SELECT toUInt32(count()) AS n FROM threat_findings');
    return row?.n;
  };
  beforeAll(async () => {
    opened = await openTestStore('known-threats');
  });
  afterEach(async () => {
    for (const table of ['threat_findings', 'threat_states', 'crown_jewel_marks'])
      await opened.store.command(`TRUNCATE TABLE ${table}`);
  });
  afterAll(() => opened.close());

  it('keeps the same once, however often it is found', async () => {
    const known = open();
    expect(await known.keep(threats([finding('aaa'), finding('bbb')]))).toEqual({ added: 2, gone: 0 });
    expect(await known.keep(threats([finding('aaa'), finding('bbb')]))).toEqual({ added: 0, gone: 0 });
    expect(await rows()).toBe(2);
  });

  it('extends what goes on', async () => {
    const known = open();
    await known.keep(threats([finding('aaa')]));
    await known.keep(threats([finding('aaa', { seen: { from: START + DAY, to: START + DAY + 50 } })], [1, 2]));
    expect((await known.find('aaa')).seen).toEqual({ from: START + 100, to: START + DAY + 50 });
  });

  it('takes back what is no longer found where it was, and leaves what rests on flows or lies elsewhere', async () => {
    const known = open();
    await known.keep(threats([finding('aaa'), finding('bbb', { kind: 'beacon' })]));
    expect(await known.keep(threats([], [1, 2]))).toEqual({ added: 0, gone: 0 });
    expect(await known.keep(threats([]))).toEqual({ added: 0, gone: 1 });
    const states = (await known.list({ limit: 10 })).map(({ id, state, said }) => [id, state, said?.by]);
    expect(states).toHaveLength(2);
    expect(states).toContainEqual(['threat-aaa', 'resolved', 'wayleave']);
    expect(states).toContainEqual(['threat-bbb', 'open', undefined]);
  });

  it('opens again what was resolved and is seen later', async () => {
    const known = open();
    await known.keep(threats([finding('aaa')]));
    expect((await known.say('aaa', 'resolved', { by: 'ann', reason: 'cleaned' })).state).toBe('resolved');
    await known.keep(threats([finding('aaa', { seen: { from: START, to: START + 30 * DAY } })], [29, 31]));
    expect((await known.find('aaa')).state).toBe('open');
  });

  it('keeps what people say, with who and why, and lists by it', async () => {
    const known = open();
    await known.keep(threats([finding('aaa', { severity: 'low' }), finding('bbb')]));
    await known.say('threat-aaa', 'acknowledged', { by: 'ann', reason: '' });
    await known.say('aaa', 'dismissed', { by: 'bob', reason: 'a test' });
    expect(await known.find('aaa')).toMatchObject({ state: 'dismissed', said: { by: 'bob', reason: 'a test' } });
    expect((await known.list({ limit: 10 })).map(({ id }) => id)).toEqual(['threat-bbb', 'threat-aaa']);
    expect((await known.list({ states: ['open'], limit: 10 })).map(({ id }) => id)).toEqual(['threat-bbb']);
    expect(await known.list({ kind: 'beacon', limit: 10 })).toEqual([]);
  });

  it('refuses what it cannot know', async () => {
    const known = open();
    await known.keep(threats([finding('aab'), finding('aac')]));
    await expect(known.find('zzz')).rejects.toMatchObject({ code: 'unknown-threat' });
    await expect(known.find('threat-aa')).rejects.toMatchObject({ code: 'ambiguous-threat' });
    await expect(known.say('aab', 'dismissed', { by: 'ann', reason: '' })).rejects.toMatchObject({
      code: 'bad-threat',
    });
  });

  it('keeps marks of crown jewels', async () => {
    const known = open();
    await known.mark('db1', true, { by: 'ann', reason: 'payroll' });
    await known.mark('db1', false, { by: 'bob', reason: '' });
    expect((await known.marks()).map(({ subject, jewel, by }) => [subject, jewel, by])).toEqual([
      ['db1', true, 'ann'],
      ['db1', false, 'bob'],
    ]);
  });
});
