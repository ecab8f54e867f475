import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { ipfix, set } from '../decode/testing/datagrams';
import { createLog } from '../kernel/log';
import type { TlsFiles } from './certificates';
import { createSenders } from './senders';
import { createStreamListener } from './stream';
import { createAuthority, writeCredentials, type Authority, type Credentials } from './testing/authority';
import type { Listener } from './udp';

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !reached(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(reached()).toBe(true);
}

describe('IPFIX over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-tls-'));
  const listeners: Listener[] = [];
  let ours: Authority;
  let files: TlsFiles;
  let exporter: Credentials;
  let stranger: Credentials;

  beforeAll(async () => {
    ours = await createAuthority('ours');
    exporter = await ours.issue('exporter');
    stranger = await (await createAuthority('theirs')).issue('exporter');
    const ca = join(folder, 'ca.cert');
    writeFileSync(ca, ours.cert);
    files = {
      ...writeCredentials(folder, 'server', await ours.issue('collector')),
      ca,
      requireClientCertificate: true,
    };
  });
  afterEach(async () => {
    for (const listener of listeners.splice(0)) await listener.stop();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const setUp = async (tls: TlsFiles = files, handshakeMillis = 10_000, held = false) => {
    const taken: Uint8Array[] = [];
    const unsafe: (() => void)[] = [];
    const log = createLog('silent');
    const warn = jest.spyOn(log, 'warn');
    const listener = createStreamListener(
      { host: '127.0.0.1', port: 0, tls },
      {
        sink: {
          full: false,
          behind: false,
          take: (bytes) => void taken.push(bytes.slice()),
          whenSafe: (done) => void (held ? unsafe.push(done) : done()),
          finish: () => true,
          end: () => undefined,
        },
        senderOf: createSenders(undefined),
        nextSession: () => 1,
        log,
        steady: () => performance.now(),
        limits: { handshakeMillis },
      },
    );
    listeners.push(listener);
    const port = await listener.start();
    const dial = (options: ConnectionOptions & { readonly allowHalfOpen?: boolean }): TLSSocket => {
      const client = connect({
        port,
        host: '127.0.0.1',
        ca: ours.cert,
        checkServerIdentity: () => undefined,
        ...options,
      });
      client.on('error', () => undefined);
      return client;
    };
    return { taken, unsafe, warn, listener, port, dial };
  };
  const sent = ipfix({}, set(256, new Uint8Array(8)));

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('takes an exporter with a certificate of ours, over %s', async (version) => {
    const { taken, listener, dial } = await setUp();
    dial({ ...exporter, maxVersion: version }).end(sent);
    await until(() => listener.health().ended.closed === 1);
    expect(taken.map((bytes) => [...bytes])).toEqual([[...sent]]);
    expect(listener.health()).toMatchObject({ transport: 'tls', received: 1, ended: { closed: 1 } });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('answers the end of a stream once all is safe, over %s', async (version) => {
    const { unsafe, listener, dial } = await setUp(files, 10_000, true);
    const clients = ['safe', 'not safe'].map(() => dial({ ...exporter, maxVersion: version, allowHalfOpen: true }));
    const answers = clients.map((client) => {
      const answer: { found: string | undefined } = { found: undefined };
      client.on('end', () => (answer.found = 'end'));
      client.on('error', (error: NodeJS.ErrnoException) => (answer.found = error.code));
      client.resume();
      return answer;
    });
    for (const [index, client] of clients.entries()) {
      client.end(sent);
      await until(() => unsafe.length === index + 1);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answers.map(({ found }) => found)).toEqual([undefined, undefined]);
    unsafe[0]?.();
    await until(() => answers[0]?.found === 'end');
    await listener.stop();
    await until(() => answers[1]?.found !== undefined);
    expect(answers[1]?.found).toBe('ECONNRESET');
  });

  it.each([
    ['without a certificate', () => ({}), 'shows no certificate'],
    ['with a certificate of another authority', () => stranger, 'not trusted: UNABLE_TO_VERIFY'],
    ['over TLS 1.1', () => ({ ...exporter, minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.1' as const }), ''],
  ])('refuses one %s', async (_, options, reason) => {
    const { taken, warn, listener, dial } = await setUp();
    const client = dial(options());
    client.write(sent);
    await until(() => client.destroyed);
    await until(() => listener.health().ended.handshake === 1);
    expect(taken).toEqual([]);
    expect(listener.health()).toMatchObject({
      received: 0,
      connections: 0,
      drops: [{ address: '127.0.0.1', reason: 'handshake', count: 1 }],
    });
    expect(warn).toHaveBeenCalledWith(
      expect.objectContaining({ exporter: '127.0.0.1', reason: expect.stringMatching(new RegExp(reason, 'i')) }),
      'TLS refused',
    );
  });

  it('refuses what is no TLS, and what never finishes its handshake', async () => {
    const { listener, port } = await setUp(files, 100);
    const plain = connectPlain(port, '127.0.0.1');
    plain.on('error', () => undefined);
    plain.end(sent);
    await until(() => listener.health().ended.handshake === 1);
    const mute = connectPlain(port, '127.0.0.1');
    mute.on('error', () => undefined);
    await until(() => mute.destroyed);
    await until(() => listener.health().ended.handshake === 2);
    expect(listener.health().connections).toBe(0);
  });

  it('asks for no certificate when it was told so', async () => {
    const { taken, dial } = await setUp({ ...files, ca: undefined, requireClientCertificate: false });
    dial({}).end(sent);
    await until(() => taken.length === 1);
  });

  it('warns of a private key that others can read', async () => {
    const open = writeCredentials(folder, 'open', await ours.issue('open'));
    chmodSync(open.key, 0o644);
    const { warn } = await setUp({ ...files, ...open });
    expect(warn).toHaveBeenCalledWith({ file: open.key }, expect.stringContaining('chmod 600'));
    expect((await setUp()).warn).not.toHaveBeenCalled();
  });

  it.each([
    ['a file that is not there', () => ({ ...files, key: join(folder, 'none') }), 'ENOENT'],
    ['a key of another certificate', () => ({ ...files, key: join(folder, 'open.key') }), 'key values mismatch'],
    ['a certificate that is none', () => ({ ...files, cert: join(folder, 'server.key') }), 'cannot be used together'],
  ])('does not start with %s, and does not tell secrets', async (_, bad, reason) => {
    await expect(setUp(bad())).rejects.toMatchObject({
      code: 'bad-certificate',
      message: expect.stringMatching(new RegExp(`^(?!.*BEGIN).*${reason}`)),
    });
  });
});
