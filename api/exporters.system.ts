import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ipLength, writeCapture, type CapturedPacket } from '../fixtures/packets/capture';
import { describeSystem } from '../fixtures/system';
import { createLog } from '../ingest/kernel/log';
import { configSchema } from './config/config';
import { openWayleave, type Serving } from './main';

const NEEDED = ['softflowd', 'pmacctd'];

function pathOf(program: string): string | undefined {
  return ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin']
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

function missing(): string | undefined {
  const lacking = NEEDED.filter((program) => pathOf(program) === undefined);
  return lacking.length === 0 ? undefined : `${lacking.join(' and ')} not found: apt-get install softflowd pmacct`;
}

const BEGIN = Date.UTC(2026, 9, 1);

/** Clients of a web server, each with a DNS question before. */
function traffic(): CapturedPacket[] {
  return Array.from({ length: 60 }, (_, n) => {
    const at = BEGIN + n * 100;
    const client = `10.1.0.${n + 1}`;
    const ask = { src: client, dst: '10.2.0.53', srcPort: 50_000 + n, dstPort: 53, protocol: 17 as const };
    const to = { src: client, dst: '10.2.0.5', srcPort: 40_000 + n, dstPort: 443, protocol: 6 as const };
    const tcp = (packet: typeof to, after: number, flags: number, payload = 0) => ({
      ...packet,
      at: at + after,
      flags,
      payload,
    });
    return [
      { ...ask, at, payload: 40 },
      { ...back(ask), at: at + 1, payload: 90 + n },
      tcp(to, 2, 0x02),
      tcp(back(to), 3, 0x12),
      tcp(to, 4, 0x10),
      ...Array.from({ length: 4 }, (__, k) => [tcp(to, 5 + k, 0x18, 100 + n), tcp(back(to), 5 + k, 0x18, 1000)]).flat(),
      tcp(to, 20, 0x11),
      tcp(back(to), 21, 0x11),
    ];
  })
    .flat()
    .sort((a, b) => a.at - b.at);
}

function back<P extends { src: string; dst: string; srcPort: number; dstPort: number }>(packet: P): P {
  const { src, dst, srcPort, dstPort } = packet;
  return { ...packet, src: dst, dst: src, srcPort: dstPort, dstPort: srcPort };
}

type Totals = Readonly<Record<string, readonly [packets: number, bytes: number]>>;

function truth(packets: readonly CapturedPacket[]): Totals {
  const totals: Record<string, [number, number]> = {};
  for (const packet of packets) {
    const { src, srcPort, dst, dstPort, protocol } = packet;
    const total = (totals[`${src}:${srcPort} ${dst}:${dstPort} ${protocol}`] ??= [0, 0]);
    total[0]++;
    total[1] += ipLength(packet);
  }
  return totals;
}

/** What real exporters make of known packets, against those packets. */
describeSystem('real exporters', missing, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-exporters-'));
  const capture = join(folder, 'traffic.pcap');
  const packets = traffic();
  let wayleave: Awaited<ReturnType<typeof openWayleave>>;
  let serving: Serving;

  beforeAll(async () => {
    writeFileSync(capture, writeCapture(packets));
    const config = configSchema.parse({
      data: join(folder, 'data'),
      http: { port: 0 },
      collect: { udp: [{ port: 0 }], tcp: [{ port: 0 }] },
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

  const stored = async (format: string): Promise<Totals> => {
    await wayleave.settle();
    const rows = await wayleave.store.query<{ flow: string; packets: number; bytes: number }>(
      `SELECT concat(substring(toString(src), 8), ':', toString(src_port), ' ', substring(toString(dst), 8), ':', toString(dst_port), ' ', toString(protocol)) AS flow,
         sum(packets) AS packets, sum(bytes) AS bytes
       FROM flows WHERE format = {format:String} GROUP BY flow`,
      { format },
    );
    return Object.fromEntries(rows.map((row) => [row.flow, [row.packets, row.bytes]]));
  };

  const heard = async (format: string) => {
    await wayleave.look();
    return wayleave.exporters().find((each) => each.format === format);
  };

  it.each([
    ['5', 'udp', 'netflow5'],
    ['9', 'udp', 'netflow9'],
    ['10', 'udp', 'ipfix'],
    ['10', 'tcp', 'ipfix'],
  ] as const)('softflowd version %s over %s: every flow, packet and byte', async (version, transport, format) => {
    await wayleave.store.command('TRUNCATE TABLE flows');
    execFileSync(
      pathOf('softflowd') ?? '',
      `-r ${capture} -n 127.0.0.1:${serving[transport][0] ?? 0} -P ${transport} -v ${version} -d -c none -p ${folder}/softflowd.pid`.split(
        ' ',
      ),
      { stdio: 'ignore' },
    );
    await sleep(200);
    expect(await stored(format)).toEqual(truth(packets));
    expect(await heard(format)).toMatchObject({ exporter: '127.0.0.1', lost: 0, rejects: [] });
  });

  it('pmacctd as an sFlow agent that samples every packet: every packet and byte', async () => {
    const settings = join(folder, 'sfprobe.conf');
    writeFileSync(
      settings,
      [
        'daemonize: false',
        `pcap_savefile: ${capture}`,
        'plugins: sfprobe[a]',
        `sfprobe_receiver[a]: 127.0.0.1:${serving.udp[0] ?? 0}`,
        'sfprobe_agentip[a]: 192.0.2.77',
        'sampling_rate: 1',
        '',
      ].join('\n'),
    );
    const agent = spawn(pathOf('pmacctd') ?? '', ['-f', settings], { stdio: 'ignore' });
    const gone = once(agent, 'exit');
    const until = async (samples: number): Promise<void> => {
      for (let waited = 0; waited < 30_000; waited += 100) {
        if (((await heard('sflow'))?.records ?? 0) >= samples) return;
        await sleep(100);
      }
    };
    // It keeps the last, partly filled datagram until it ends.
    await until(packets.length - 7);
    agent.kill();
    await gone;
    await until(packets.length);
    // pmacctd 1.7 samples the last buffer of a capture file twice.
    const certain = truth(packets.slice(0, packets.length / 2));
    expect(await stored('sflow')).toMatchObject(certain);
    expect(await heard('sflow')).toMatchObject({ exporter: '192.0.2.77', samplingRate: 1, lost: 0, rejects: [] });
  });
});
