import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  encodeAwsVpc,
  encodeIpfix,
  encodeNetflow9,
  generateEstate,
  generateFlows,
  inventoryCsv,
  type FlowExporter,
  type VpcFlowLog,
} from '../fixtures/generate';
import { createLog } from '../ingest/kernel/log';
import { configSchema } from './config/config';
import { sendDatagrams } from './demo/send';
import { openApiDocument } from './http/openapi';
import { openWayleave, type Serving } from './main';

const estate = generateEstate({ seed: 3, profile: 'demo' });
const hour = [...generateFlows(estate, { seed: 3, day: 1, from: 10 * 3600, seconds: 1800 })];
const observer = (format: string) => estate.observers.find((each) => each.format === format);
const vpcLog = [...encodeAwsVpc(hour, observer('aws-vpc') as VpcFlowLog)].join('');

jest.setTimeout(60_000);

describe('a server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-api-'));
  let wayleave: Awaited<ReturnType<typeof openWayleave>>;
  let serving: Serving;

  const call = (method: string, path: string, body?: Uint8Array | string, headers: Record<string, string> = {}) =>
    fetch(`${serving.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${serving.token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  const json = async (method: string, path: string, body?: Uint8Array | string, headers?: Record<string, string>) => {
    const response = await call(method, path, body, headers);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const finished = async (job: Record<string, unknown>) => {
    for (;;) {
      const { body } = await json('GET', `/api/v1/jobs/${String(job.id)}`);
      if (body.state !== 'running') return body;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  beforeAll(async () => {
    const config = configSchema.parse({
      data: folder,
      http: { port: 0, uploadLimitMiB: 64 },
      collect: { udp: [{ port: 0 }] },
      analysis: { everyMinutes: 0 },
      log: { level: 'silent' },
    });
    wayleave = await openWayleave(config, createLog('silent'));
    serving = await wayleave.serve();
  });
  afterAll(async () => {
    await serving.stop();
    await wayleave.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('wants its token', async () => {
    for (const authorization of ['', 'Bearer wrong', `Basic ${serving.token}`]) {
      expect(await json('GET', '/api/v1/status', undefined, { authorization })).toMatchObject({
        status: 401,
        body: { code: 'unauthorized' },
      });
    }
    expect(await (await fetch(`${serving.url}/healthz`)).json()).toEqual({ status: 'ok' });
  });

  it('says what to do before there is anything', async () => {
    expect(await json('GET', '/api/v1/groups')).toMatchObject({
      status: 404,
      body: { code: 'no-topology', detail: expect.stringContaining('wayleave analyze') },
    });
    expect(await json('GET', '/api/v1/recommendations/latest')).toMatchObject({
      status: 404,
      body: { code: 'no-recommendation' },
    });
    expect(await json('GET', '/api/v1/map')).toMatchObject({ status: 200, body: { topology: null, window: null } });
    const { body } = await json('POST', '/api/v1/analyses');
    expect(await finished(body)).toMatchObject({ state: 'failed', error: { code: 'no-conversations' } });
  });

  it.each([
    ['empty', '', 422, 'empty-file'],
    ['not flows', 'just some text\nof two lines\n', 422, 'unknown-format'],
    ['an empty archive', gzipSync(''), 422, 'empty-file'],
    ['too large', Buffer.alloc(65 * 1024 * 1024), 413, 'too-large'],
  ])('refuses an upload that is %s', async (_, content, status, code) => {
    expect(await json('POST', '/api/v1/uploads?name=odd', content)).toMatchObject({ status, body: { code } });
  });

  it('takes a file once, and says so the second time', async () => {
    const log = gzipSync(vpcLog);
    const first = await json('POST', '/api/v1/uploads?name=vpc.log.gz', log);
    expect(first).toMatchObject({
      status: 201,
      body: { name: 'vpc.log.gz', format: 'aws-vpc', duplicate: false, rejected: 0 },
    });
    expect(first.body.rows).toBeGreaterThan(1000);
    expect(await json('POST', '/api/v1/uploads?name=again.gz', log)).toEqual({
      status: 200,
      body: { ...first.body, name: 'again.gz', duplicate: true },
    });
    expect(await json('GET', '/api/v1/status')).toMatchObject({ body: { flows: first.body.rows, uploads: 1 } });
  });

  it('takes what is left of an archive that breaks off, and names where', async () => {
    const whole = gzipSync(vpcLog.replaceAll('vpc-', 'vpc-0'));
    const { status, body } = await json('POST', '/api/v1/uploads?name=cut.gz', whole.subarray(0, whole.length - 5000));
    expect(status).toBe(201);
    expect(body.rows).toBeGreaterThan(100);
    expect(body.rejects).toContainEqual(
      expect.objectContaining({ code: 'broken-gzip', where: { byte: expect.any(Number) } }),
    );
  });

  it('takes good lines beside bad ones, and names those by line', async () => {
    const lines = vpcLog.split('\n').slice(0, 50);
    lines[10] = 'one two three';
    const { body } = await json('POST', '/api/v1/uploads?name=mixed.log', lines.join('\n'));
    expect(body).toMatchObject({ rejected: 1, rejects: [{ where: { line: 11 } }] });
    const { body: uploads } = await json('GET', '/api/v1/uploads');
    expect(uploads).toContainEqual(expect.objectContaining({ name: 'mixed.log', rejects: body.rejects }));
  });

  it('takes IPFIX by upload and NetFlow by UDP', async () => {
    const ipfix = Buffer.concat([...encodeIpfix(hour, observer('ipfix') as FlowExporter)]);
    expect(await json('POST', '/api/v1/uploads?name=flows.ipfix', ipfix)).toMatchObject({
      status: 201,
      body: { format: 'ipfix', rejected: 0 },
    });
    const datagrams = [...encodeNetflow9(hour, observer('netflow9') as FlowExporter)];
    const taken = async () => {
      await wayleave.look();
      return wayleave.exporters().reduce((sum, health) => sum + health.datagrams, 0);
    };
    await sendDatagrams(datagrams, serving.udp[0] ?? 0, taken, () => undefined);
    await wayleave.settle();
    const { body: exporters } = await json('GET', '/api/v1/exporters');
    expect(exporters).toContainEqual(
      expect.objectContaining({
        exporter: '127.0.0.1',
        format: 'netflow9',
        datagrams: datagrams.length,
        score: 1,
        live: expect.objectContaining({ datagrams: datagrams.length, rejects: [] }),
      }),
    );
    expect(await (await call('GET', '/metrics')).text()).toMatch(
      /wayleave_exporter_datagrams_total\{exporter="127\.0\.0\.1",domain="\d+",format="netflow9"\} [1-9]/,
    );
  });

  it('shows raw flows, narrowed', async () => {
    const { body } = await json('GET', '/api/v1/flows?format=netflow9&limit=3');
    expect(body).toHaveLength(3);
    const [flow] = Object.values(body) as Record<string, string>[];
    const ofOne = await json('GET', `/api/v1/flows?endpoint=${flow?.src ?? ''}&format=netflow9&limit=1`);
    expect(ofOne.body).toEqual([flow]);
    expect(await json('GET', '/api/v1/flows?endpoint=router')).toMatchObject({ status: 400 });
    expect(await json('GET', '/api/v1/flows?limit=100000')).toMatchObject({ status: 400 });
  });

  it('takes a sampling rate that the exporter does not state, and rolls up again', async () => {
    const set = (rate: number, exporter = '192.0.2.9') =>
      json('PUT', `/api/v1/exporters/${exporter}/sampling-rate`, JSON.stringify({ rate }), {
        'content-type': 'application/json',
      });
    expect(await set(100)).toEqual({ status: 200, body: { exporter: '192.0.2.9', domain: null, rate: 100 } });
    expect(await set(-1)).toMatchObject({ status: 400 });
    expect(await set(1, 'router')).toMatchObject({ status: 400, body: { code: 'bad-address' } });
  });

  it('takes an inventory and reports its bad lines', async () => {
    const { body } = await json(
      'PUT',
      '/api/v1/inventory',
      `${inventoryCsv(estate, { day: 1, labelled: 0 })}nowhere,x,,,,\n`,
    );
    expect(body).toMatchObject({ rejected: 1, rejects: [{ message: expect.stringContaining('nowhere') }] });
    const { body: empty } = await json('PUT', '/api/v1/inventory', 'address,name\n192.0.2.1,x\n');
    expect(empty).toMatchObject({ code: 'ends-most' });
    for (const wrong of ['no header', 'user,address,from,to\nann,10.0.0.1,2026-01-05T08:00:00Z,2026-01-05T09:00:00Z\n'])
      expect(await json('PUT', '/api/v1/inventory', wrong)).toMatchObject({
        status: 400,
        body: { code: 'bad-inventory' },
      });
    expect(await json('PUT', '/api/v1/inventory?source=cmdb', 'address,name\n')).toMatchObject({
      status: 400,
      body: { code: 'bad-request' },
    });
  });

  it('goes from flows to proven rules', async () => {
    expect(await finished((await json('POST', '/api/v1/analyses')).body)).toMatchObject({ state: 'done', progress: 1 });
    const { body: topology } = await json('GET', '/api/v1/groups');
    expect(topology.groups).toContainEqual(expect.objectContaining({ kind: 'application' }));
    expect(
      await finished(
        (await json('POST', '/api/v1/recommendations', '{"name":"first"}', { 'content-type': 'application/json' }))
          .body,
      ),
    ).toMatchObject({ state: 'done' });
    const { body: policy } = await json('GET', '/api/v1/recommendations/latest');
    expect(policy).toMatchObject({ name: 'first', topology: topology.id });
    expect(await json('GET', '/api/v1/recommendations')).toMatchObject({ body: [{ id: policy.id }] });
    expect(await json('POST', '/api/v1/recommendations/latest/replay')).toMatchObject({
      status: 200,
      body: { policy: policy.id, denied: { connections: expect.any(Number) } },
    });
    expect(await json('GET', `/api/v1/recommendations/${String(policy.id)}/replay`)).toMatchObject({
      status: 200,
      body: { policy: policy.id },
    });
    expect(await json('GET', '/api/v1/recommendations/latest/proof')).toMatchObject({ status: 404 });
    const { status, body: proof } = await json('POST', '/api/v1/recommendations/latest/proof');
    expect({ status, proof }).toMatchObject({
      status: 200,
      proof: { policy: policy.id, verdict: 'unproven', passed: false },
    });
    expect(proof.words).toMatch(/^unproven: the window has \d whole day/);
    expect(await json('GET', '/api/v1/recommendations/latest/proof')).toMatchObject({ body: { id: proof.id } });
    const { body: uses } = await json('GET', '/api/v1/recommendations/latest/uses?outcome=permitted&limit=2');
    const [busiest] = uses.uses as { client: string; server: string; service: { port: number }; rule: string }[];
    expect(uses.uses).toHaveLength(2);
    const asked = `client=${busiest?.client}&server=${busiest?.server}&port=${busiest?.service.port}`;
    expect(await json('GET', `/api/v1/recommendations/latest/decision?${asked}`)).toMatchObject({
      body: { action: 'allow', rule: { id: busiest?.rule }, words: expect.stringContaining('allowed by rule') },
    });
    for (const wrong of ['client=web&server=10.0.0.1', 'client=10.0.0.1', 'client=10.0.0.1&server=10.0.0.2&port=70000'])
      expect(await json('GET', `/api/v1/recommendations/latest/decision?${wrong}`)).toMatchObject({ status: 400 });
    for (const backend of ['nftables', 'kubernetes', 'json']) {
      expect(await json('GET', `/api/v1/recommendations/latest/exports/${backend}`)).toMatchObject({
        status: 200,
        body: { backend, proof: { packets: expect.any(Number) } },
      });
    }
    expect(await json('GET', '/api/v1/recommendations/latest/exports/abacus')).toMatchObject({ status: 404 });
    const { body: map } = await json('GET', '/api/v1/map');
    expect(map).toMatchObject({ topology: topology.id });
  });

  it('takes decisions about groups, which the next analysis holds to', async () => {
    const post = (body: object) =>
      json('POST', '/api/v1/groups/decisions', JSON.stringify(body), { 'content-type': 'application/json' });
    const groups = async () =>
      (await json('GET', '/api/v1/groups')).body.groups as {
        id: string;
        kind: string;
        members: { workload: string }[];
      }[];
    const [application, other] = (await groups()).filter(({ kind }) => kind === 'application');
    const id = application?.id ?? '';
    const decision = { wish: { kind: 'rename', group: id, name: 'the one' }, by: 'ann', reason: 'as in the register' };
    const { status, body: taken } = await post(decision);
    expect({ status, taken }).toMatchObject({
      status: 201,
      taken: { ...decision, groups: [{ id }], text: expect.stringContaining("ann's renaming of") },
    });
    const twice = { ...decision, wish: { ...decision.wish, group: other?.id } };
    expect(await post(twice)).toMatchObject({ status: 409, body: { code: 'name-taken' } });
    const workload = other?.members[0]?.workload ?? '';
    const { body: share } = await post({ ...decision, wish: { kind: 'share', workloads: [workload], name: 'Clock' } });
    await finished((await json('POST', '/api/v1/analyses')).body);
    expect(await json('GET', '/api/v1/groups/Clock')).toMatchObject({
      status: 200,
      body: { group: { kind: 'shared-service', confirmed: share.id }, decisions: [{ id: share.id }] },
    });
    expect(await json('GET', '/api/v1/groups/the%20one')).toMatchObject({
      status: 200,
      body: { group: { id }, decisions: [{ id: taken.id }] },
    });
    const { body: runs } = await json('GET', '/api/v1/groups/runs');
    const [newest, before] = Object.values(runs) as { id: string }[];
    expect(await json('GET', `/api/v1/groups/diff?from=${before?.id ?? ''}`)).toMatchObject({
      status: 200,
      body: {
        after: { id: newest?.id },
        renamed: expect.arrayContaining([expect.objectContaining({ to: 'the one' })]),
      },
    });
    const undone = await json('DELETE', `/api/v1/groups/decisions/${String(taken.id)}?by=bob`);
    expect(undone).toMatchObject({ status: 200, body: { undone: { by: 'bob', reason: '' } } });
    expect(await json('GET', '/api/v1/groups/decisions')).toMatchObject({ body: [undone.body, share] });
  });

  it('explains the groups of a workload, and says what could not be seen', async () => {
    const { body } = await json('GET', '/api/v1/groups');
    expect(body.unseen).toContainEqual({ text: expect.stringContaining('of traffic'), weight: expect.any(Number) });
    const managed = (body.workloads as { id: string; kind: string }[]).find(({ kind }) => kind === 'managed');
    expect(await json('GET', `/api/v1/workloads/${managed?.id ?? ''}/groups`)).toMatchObject({
      status: 200,
      body: {
        workload: { id: managed?.id },
        groups: expect.arrayContaining([expect.objectContaining({ confidence: expect.any(Number) })]),
        ties: expect.any(Array),
      },
    });
  });

  it.each([
    ['POST', '/api/v1/groups/decisions', 400, 'bad-request', { wish: { kind: 'confirm', group: 'x' } }],
    ['POST', '/api/v1/groups/decisions', 400, 'bad-request', { wish: { kind: 'delete', group: 'x' }, by: 'ann' }],
    ['POST', '/api/v1/groups/decisions', 400, 'bad-request', { wish: { kind: 'merge', groups: ['x'] }, by: 'ann' }],
    ['POST', '/api/v1/groups/decisions', 404, 'unknown-group', { wish: { kind: 'confirm', group: 'x' }, by: 'ann' }],
    ['DELETE', '/api/v1/groups/decisions/x', 400, 'bad-request', {}],
    ['DELETE', '/api/v1/groups/decisions/x?by=ann', 404, 'unknown-decision', {}],
    ['GET', '/api/v1/groups/x', 404, 'unknown-group', undefined],
    ['GET', `/api/v1/groups/${'x'.repeat(301)}`, 400, 'bad-request', undefined],
    ['GET', `/api/v1/workloads/${'x'.repeat(301)}/groups`, 400, 'bad-request', undefined],
    ['GET', '/api/v1/groups/diff?from=x', 404, 'no-topology', undefined],
    ['GET', '/api/v1/groups/diff?since=x', 400, 'bad-request', undefined],
    ['GET', '/api/v1/workloads/nobody-at-all/groups', 404, 'unknown-workload', undefined],
  ])('refuses %s %s: %d %s', async (method, path, status, code, body) => {
    const sent = body && JSON.stringify(body);
    expect(await json(method, path, sent, { 'content-type': 'application/json' })).toMatchObject({
      status,
      body: { code },
    });
  });

  it.each([
    ['POST', '/api/v1/recommendations', '{"nmae":1}'],
    ['POST', '/api/v1/recommendations', '{'],
    ['POST', '/api/v1/analyses', '{"from":"yesterday"}'],
  ])('refuses %s %s %s', async (method, path, body) => {
    expect(await json(method, path, body, { 'content-type': 'application/json' })).toMatchObject({
      status: 400,
      body: { code: 'bad-request' },
    });
  });

  it('says how large a body may be', async () => {
    const longest = 'x'.repeat(300);
    const workloads = (many: number) => Array.from({ length: many }, () => longest);
    const decision = (many: number) =>
      JSON.stringify({ wish: { kind: 'pin', group: longest, workloads: workloads(many) }, by: 'ann' });
    const post = (many: number) =>
      json('POST', '/api/v1/groups/decisions', decision(many), { 'content-type': 'application/json' });
    expect(await post(3000)).toMatchObject({ status: 404, body: { code: 'unknown-group' } });
    expect(await post(4000)).toMatchObject({
      status: 413,
      body: { code: 'too-large', detail: expect.stringContaining('1048576 bytes') },
    });
  });

  it('serves what its OpenAPI document describes', async () => {
    const { paths } = openApiDocument();
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of Object.keys(operations)) {
        const address = path.replace('{id}', 'latest').replace('{backend}', 'json').replace('{exporter}', '192.0.2.9');
        const response = await call(method.toUpperCase(), address, method === 'get' ? undefined : '{}', {
          'content-type': 'application/json',
        });
        expect(`${method} ${path} ${await response.text()}`).not.toContain(`there is no ${method.toUpperCase()}`);
      }
    }
    expect(await json('GET', '/api/v1/nothing')).toMatchObject({
      status: 404,
      body: { detail: 'there is no GET /api/v1/nothing' },
    });
  });
});

it('undoes what it began when it cannot serve', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-unserved-'));
  const config = configSchema.parse({
    data: folder,
    http: { port: 0 },
    collect: { udp: [{ port: 0 }], tcp: [{ port: 0, tls: { cert: 'missing.pem', key: 'missing.key' } }] },
    log: { level: 'silent' },
  });
  const wayleave = await openWayleave(config, createLog('silent'));
  await expect(wayleave.serve()).rejects.toMatchObject({ message: expect.stringContaining('missing') });
  await wayleave.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a server without its ClickHouse', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-alone-'));
  const config = configSchema.parse({
    data: folder,
    store: { url: 'http://127.0.0.1:9' },
    http: { port: 0 },
    collect: { udp: [{ port: 0 }] },
    log: { level: 'silent' },
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is refused where an answer needs it', async () => {
    await expect(openWayleave(config, createLog('silent'))).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('collects all the same, and stops without waiting for it', async () => {
    const wayleave = await openWayleave(config, createLog('silent'), { withoutStore: true });
    const serving = await wayleave.serve();
    const datagrams = [...encodeNetflow9(hour, observer('netflow9') as FlowExporter)].slice(0, 20);
    const taken = async () => {
      await wayleave.look();
      return wayleave.exporters().reduce((sum, health) => sum + health.datagrams, 0);
    };
    await sendDatagrams(datagrams, serving.udp[0] ?? 0, taken, () => undefined);
    await serving.stop();
    expect(wayleave.pipeline()).toMatchObject({
      full: undefined,
      trouble: { reason: expect.stringMatching(/not there/) },
    });
    expect(wayleave.pipeline().backlog).toBeGreaterThan(0);
    await wayleave.close();
  });
});
