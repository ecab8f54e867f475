#!/usr/bin/env node
import { CommanderError } from 'commander';
import { codeOf, messageOf, WayleaveError } from '../../ingest/kernel/errors';
import { printProblem } from './print/problem';
import { printable } from './print/printable';
import { createProgram } from './program';

// Each query that waits for the embedded engine holds a thread of this pool, which has 4 unless told otherwise; files
// are read and written by the same threads.
process.env.UV_THREADPOOL_SIZE ??= '16';

// Who reads may have seen enough: `wayleave flows | head`.
process.stdout.on('error', (error) => {
  if (codeOf(error) !== 'EPIPE') throw error;
  process.exit();
});

/** 1: what was asked could not be done; 2: the command line was not understood. */
async function main(): Promise<void> {
  try {
    await createProgram(process).parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const code = error instanceof WayleaveError ? error.code : 'internal';
    const json = process.argv.includes('--json');
    const where = error instanceof WayleaveError ? error.where : {};
    process.stderr.write(
      json
        ? `${JSON.stringify({ error: { code, message: messageOf(error), where } })}\n`
        : printable(printProblem(error)),
    );
    if (code === 'internal' && error instanceof Error && process.env.WAYLEAVE_LOG__LEVEL === 'debug')
      process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  }
}

void main();
