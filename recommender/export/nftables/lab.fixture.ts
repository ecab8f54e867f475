import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { PIPE, PROBER, SERVER } from './traffic.fixture';

/** A host in a network namespace of its own, behind the router. */
export interface Host {
  readonly name: string;
  readonly v4: string;
  readonly v6: string;
}

export interface Probe {
  readonly src: Host;
  readonly dst: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** A router with hosts around it, all namespaces of this machine; nothing of it touches the machine's own network. */
export interface Lab {
  /** @throws when nft refuses the text. @param where a host, or the router */
  load(text: string, where?: Host): void;
  /** What the kernel lists of our table. */
  list(where?: Host): string;
  /** Whether each probe came back; all hosts serve the given ports, TCP and UDP, from the start. */
  probe(probes: readonly Probe[]): Promise<boolean[]>;
  /** A TCP connection that stays. */
  connect(src: Host, dst: string, port: number): Promise<Connection>;
  close(): Promise<void>;
}

interface Connection {
  /** Sends a line and waits for it to come back. */
  echo(line: string): Promise<boolean>;
}

/** What is missing for a lab here, and how to get it. */
export function missingForLab(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root for network namespaces';
  const name = `wl-${process.pid}-try`;
  if (spawnSync('nft', ['--version']).status !== 0) return 'needs nft: apt-get install nftables';
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0)
    return 'needs network namespaces: apt-get install iproute2, and CAP_SYS_ADMIN';
  const loaded = spawnSync('ip', ['netns', 'exec', name, 'nft', 'add', 'table', 'inet', 'wayleave']).status === 0;
  ip('netns', 'del', name);
  return loaded ? undefined : 'needs a kernel with nf_tables';
}

/** Starting Node takes half a second on an idle machine. */
const ANSWER_TIMEOUT_MS = 30_000;

/** Rate-limited refusals would look like silence. */
const ROUTING = [
  ['ipv4/ip_forward', 1],
  ['ipv6/conf/all/forwarding', 1],
  ['ipv4/icmp_ratelimit', 0],
] as const;

/** @throws when it cannot be built, leaving nothing behind */
export async function createLab(hosts: readonly Host[], ports: readonly number[]): Promise<Lab> {
  const namespace = (host?: Host) => `wl-${process.pid}-${host?.name ?? 'router'}`;
  const running: ChildProcess[] = [];
  const start = async (host: Host, script: string, ...args: string[]): Promise<ChildProcess> => {
    const child = spawn('ip', ['netns', 'exec', namespace(host), process.execPath, '-e', script, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    running.push(child);
    if ((await firstOutput(child)) === undefined) throw new Error(`no answer from ${host.name}`);
    return child;
  };

  const namespaces = [namespace(), ...hosts.map(namespace)];
  const close = async (): Promise<void> => {
    const ended = running
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      .map((child) => once(child, 'exit'));
    for (const child of running) child.kill();
    await Promise.all(ended);
    for (const name of namespaces) spawnSync('ip', ['netns', 'del', name]);
  };

  try {
    for (const name of namespaces) ip('netns', 'add', name);
    for (const [setting, value] of ROUTING)
      ip('netns', 'exec', namespace(), 'sh', '-c', `echo ${value} > /proc/sys/net/${setting}`);
    hosts.forEach((host, index) => wire(namespace(), namespace(host), host, `r${index}`));
    await Promise.all(hosts.map((host) => start(host, SERVER, JSON.stringify(ports))));
  } catch (error) {
    await close();
    throw error;
  }

  return {
    load: (text, where) =>
      void execFileSync('ip', ['netns', 'exec', namespace(where), 'nft', '-f', '-'], { input: text, stdio: 'pipe' }),
    list: (where) => ip('netns', 'exec', namespace(where), 'nft', 'list', 'table', 'inet', 'wayleave'),
    async probe(probes) {
      const results = new Map<Probe, boolean>();
      for (const host of hosts) {
        const own = probes.filter(({ src }) => src === host);
        const asked = own.map(({ dst, protocol, port }) => ({ dst, protocol, port }));
        const answer = ip('netns', 'exec', namespace(host), process.execPath, '-e', PROBER, JSON.stringify(asked));
        (JSON.parse(answer) as boolean[]).forEach((result, i) => own[i] && results.set(own[i], result));
      }
      return probes.map((probe) => results.get(probe) ?? false);
    },
    async connect(src, dst, port) {
      const child = await start(src, PIPE, dst, String(port));
      return {
        async echo(line) {
          const answer = firstOutput(child);
          child.stdin?.write(`${line}\n`);
          return (await answer) === line;
        },
      };
    },
    close,
  };
}

/** A pair of virtual interfaces between router and host, the router at `.1` and `::1`. */
function wire(router: string, name: string, { v4, v6 }: Host, port: string): void {
  const [gateway4, gateway6] = [v4.replace(/\d+$/, '1'), v6.replace(/[0-9a-f]+$/, '1')];
  ip('-n', router, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  for (const [where, device, address4, address6] of [
    [router, port, gateway4, gateway6],
    [name, 'eth0', v4, v6],
  ] as const) {
    ip('-n', where, 'address', 'add', `${address4}/24`, 'dev', device);
    ip('-n', where, 'address', 'add', `${address6}/64`, 'dev', device, 'nodad');
    ip('-n', where, 'link', 'set', device, 'up');
    ip('-n', where, 'link', 'set', 'lo', 'up');
  }
  ip('-n', name, 'route', 'add', 'default', 'via', gateway4);
  ip('-n', name, '-6', 'route', 'add', 'default', 'via', gateway6);
}

function ip(...args: readonly string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8' });
}

/** The next line a process prints; undefined when it ends or stays silent. */
async function firstOutput(child: ChildProcess): Promise<string | undefined> {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const data = child.stdout ? once(child.stdout, 'data', { signal: timeout }) : Promise.reject(new Error('no output'));
  const exit = once(child, 'exit', { signal: timeout }).then(() => undefined);
  return Promise.race([data.then(([chunk]) => String(chunk).trim()), exit]).catch(() => undefined);
}
