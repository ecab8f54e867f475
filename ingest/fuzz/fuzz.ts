import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gatherCorpus } from './corpus';
import { runRound, type Failure, type Tally } from './rounds';

/** Far above what the longest input takes (a quarter of a megabyte, compiling its templates included). */
const MOST_MILLIS = 5000;
const MOST_HEAP_BYTES = 1 << 30;

/** `tsx ingest/fuzz/fuzz.ts [--seconds N] [--seed S] [--data <folder>]`: changed captures through every decoder. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' }, data: { type: 'string' } },
  });
  const data = values.data ?? process.env.WAYLEAVE_SHARED_DATA ?? '../shared/data';
  const corpus = gatherCorpus(existsSync(data) ? data : undefined);
  const first = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed);
  const tally: Tally = { inputs: 0, rows: 0, slowest: { target: '', millis: 0, bytes: 0 } };
  process.stdout.write(`${corpus.length} samples, seed ${first}\n`);
  const until = Date.now() + Number(values.seconds) * 1000;
  let failure: Failure | undefined;
  for (let seed = first; Date.now() < until && failure === undefined; seed++) {
    failure = await runRound(seed, corpus, BOUNDS, tally);
  }
  const { target, millis, bytes } = tally.slowest;
  process.stdout.write(
    `${tally.inputs} inputs, ${tally.rows} rows; slowest: ${Math.round(millis)} ms for ${bytes} bytes as ${target}\n`,
  );
  if (failure) report(failure);
}

const BOUNDS = {
  millis: MOST_MILLIS,
  heapBytes: MOST_HEAP_BYTES,
  now(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  heap(): number {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
};

function report({ seed, target, input, reason }: Failure): void {
  const path = join(mkdtempSync(join(tmpdir(), 'wayleave-fuzz-')), `${target}.bin`);
  writeFileSync(path, input);
  process.stdout.write(`${target} failed at ${path}; again with --seed ${seed}\n${reason}\n`);
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
