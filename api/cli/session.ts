import { Presets, SingleBar } from 'cli-progress';
import { createLog } from '../../ingest/kernel/log';
import { readConfig, type Config } from '../config/config';
import type { Report } from '../jobs';
import { openWayleave, type OpenOptions } from '../main';
import { printable } from './print/printable';

/** The streams and environment of a run, so that tests can be given their own. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
}

export interface GlobalOptions {
  readonly data?: string;
  readonly config?: string;
  readonly json: boolean;
}

type OpenWayleave = Awaited<ReturnType<typeof openWayleave>>;

/** One run of a command: what it reads, where it writes, and the data directory once it needs it. */
export interface Session {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly config: Config;
  /** Commands report on their own, so only warnings are logged unless told otherwise. */
  open(change?: (config: Config) => Config, options?: OpenOptions): Promise<OpenWayleave>;
  /** The command's answer: a document with --json, text otherwise. */
  answer(document: unknown, text: () => string): void;
  /** A line on stderr for people; nothing with --json. */
  say(line: string): void;
  /** A progress bar on a terminal, nothing elsewhere. */
  progress(title: string): { readonly report: Report; done(): void };
  close(): Promise<void>;
}

function quieter(config: Config): Config {
  return config.log.level === 'info' ? { ...config, log: { level: 'warn' } } : config;
}

export function openSession(terminal: Terminal, options: GlobalOptions): Session {
  const env = {
    ...terminal.env,
    ...(options.config ? { WAYLEAVE_CONFIG: options.config } : {}),
    ...(options.data ? { WAYLEAVE_DATA: options.data } : {}),
  };
  const config = readConfig(env);
  let opened: OpenWayleave | undefined;
  return {
    terminal,
    json: options.json,
    config,
    async open(change = quieter, openOptions = {}) {
      const effective = change(config);
      opened = await openWayleave(effective, createLog(effective.log.level), openOptions);
      return opened;
    },
    answer(document, text) {
      terminal.stdout.write(options.json ? `${JSON.stringify(document)}\n` : printable(text()));
    },
    say(line) {
      if (!options.json) terminal.stderr.write(`${printable(line)}\n`);
    },
    progress(title) {
      if (options.json || !terminal.stderr.isTTY) return { report: () => undefined, done: () => undefined };
      const bar = new SingleBar(
        {
          format: `${title} [{bar}] {value}/{total} {next}`,
          stream: terminal.stderr,
          hideCursor: true,
          clearOnComplete: true,
        },
        Presets.shades_classic,
      );
      let started = false;
      return {
        report(done, total, next) {
          if (!started) bar.start(total, done, { next });
          started = true;
          bar.setTotal(total);
          bar.update(done, { next });
        },
        done: () => bar.stop(),
      };
    },
    async close() {
      await opened?.close();
    },
  };
}
