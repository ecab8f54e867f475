import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SendOrder, SendReport } from './udp-sender';

/** Flows per second for a minute, and then in steps until something is lost. */
const SUSTAINED = 550_000;
const SUSTAINED_SECONDS = 60;
const STEP = 100_000;
const STEP_SECONDS = 10;
/** Rows that take longer after the last datagram were not kept up with. */
const LONGEST_LAG_SECONDS = 15;
/** Nothing more is loaded: what has not come by now will not. */
const QUIET_SECONDS = 10;

type Reporter = (metric: string, value: number, unit: string) => void;

interface Outcome {
  readonly sent: number;
  readonly rows: number;
  /** Flows per second of sending. */
  readonly rate: number;
  /** Seconds from the last datagram until the last row could be queried. */
  readonly lag: number;
  /** MiB, each second. */
  readonly memory: readonly number[];
}

/**
 * NetFlow v9 over loopback from a process of its own, through the collector as it is installed (compiled, with its
 * embedded engine and default settings), to rows that a query counts.
 */
export async function bench(report: Reporter): Promise<void> {
  const server = await startServer();
  const sender = fork(join(__dirname, 'udp-sender.ts'));
  try {
    await run(server, sender, { rate: 100_000, seconds: 5 });
    const sustained = await run(server, sender, { rate: SUSTAINED, seconds: SUSTAINED_SECONDS });
    const { memory } = sustained;
    report('sustained', sustained.rows / (sustained.sent / sustained.rate), 'flows/s');
    report('lost', sustained.sent - sustained.rows, 'flows');
    report('lag', sustained.lag, 's');
    report('rss', Math.max(...memory), 'MiB');
    report('rss-early', mean(memory.slice(5, 15)), 'MiB');
    report('rss-late', mean(memory.slice(-10)), 'MiB');
    let highest = sustained.rows === sustained.sent ? sustained.rate : 0;
    for (let rate = highest > 0 ? SUSTAINED + STEP : STEP; ; rate += STEP) {
      const step = await run(server, sender, { rate, seconds: STEP_SECONDS });
      if (step.rows !== step.sent || step.lag > LONGEST_LAG_SECONDS || step.rate < 0.98 * rate) break;
      highest = step.rate;
    }
    report('highest', highest, 'flows/s');
  } finally {
    sender.disconnect();
    await server.stop();
  }
}

interface Server {
  readonly pid: number;
  readonly port: number;
  rows(): Promise<number>;
  stop(): Promise<void>;
}

/** Compiles what is here, so that no stale build is measured, and serves it. */
async function startServer(): Promise<Server> {
  const root = join(__dirname, '..', '..');
  const built = join(root, 'node_modules', '.cache', 'bench-udp');
  spawnSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', built], {
    cwd: root,
    stdio: 'inherit',
  });
  const data = mkdtempSync(join(tmpdir(), 'wayleave-bench-'));
  const child = spawn(process.execPath, [join(built, 'api', 'cli', 'bin.js'), '--json', 'serve'], {
    cwd: data,
    env: {
      ...process.env,
      WAYLEAVE_DATA: join(data, 'data'),
      WAYLEAVE_HTTP__PORT: '0',
      WAYLEAVE_COLLECT__UDP: '[{port: 0}]',
      WAYLEAVE_LOG__LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, udp, token } = JSON.parse(output.toString()) as { url: string; udp: number[]; token: string };
  const authorization = `Bearer ${readFileSync(token, 'utf8').trim()}`;
  return {
    pid: child.pid ?? 0,
    port: udp[0] ?? 0,
    async rows() {
      const response = await fetch(`${url}/api/v1/status`, { headers: { authorization } });
      return ((await response.json()) as { flows: number }).flows;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function run(server: Server, sender: ChildProcess, order: Omit<SendOrder, 'port'>): Promise<Outcome> {
  const before = await server.rows();
  const memory: number[] = [];
  const timer = setInterval(() => memory.push(residentMiB(server.pid)), 1000);
  sender.send({ ...order, port: server.port });
  const [{ flows, seconds }] = (await once(sender, 'message')) as [SendReport];
  const ended = performance.now();
  let rows = 0;
  let lag = 0;
  for (let quiet = 0; rows < flows && quiet < QUIET_SECONDS; quiet = (performance.now() - ended) / 1000 - lag) {
    await sleep(250);
    const now = (await server.rows()) - before;
    if (now > rows) lag = (performance.now() - ended) / 1000;
    rows = now;
  }
  clearInterval(timer);
  return { sent: flows, rows, rate: flows / seconds, lag, memory };
}

function residentMiB(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes ?? 0) / 1024;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
