import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, WayleaveError } from '../ingest/kernel/errors';

/**
 * Makes a data directory this process's own, as its spool can have one owner only. The embedded engine sees to that by
 * itself; with a server there is only the file that says who it is.
 *
 * @returns gives it up again
 * @throws WayleaveError `store-locked` while another process has it
 */
export function claim(data: string): () => void {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const file = join(data, 'taker.pid');
  while (!written(file)) {
    const pid = holderOf(file);
    if (pid !== undefined) {
      throw new WayleaveError(
        `${data} is held by process ${pid}: one process at a time can take flows into a data directory. ` +
          `Use that server's API, stop it, or name another directory with --data`,
        { code: 'store-locked', where: { directory: data, pid }, retriable: true },
      );
    }
    rmSync(file, { force: true });
  }
  return () => rmSync(file, { force: true });
}

function written(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid} ${beginOf(process.pid) ?? ''}`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}

/** The live process, other than this, that the file is of. */
function holderOf(file: string): number | undefined {
  const [pid = 0, begin = ''] = readFileSync(file, 'utf8').split(' ');
  // In a container a process has the number of the one before it.
  if (!(Number(pid) > 0) || Number(pid) === process.pid || !isAlive(Number(pid))) return undefined;
  // After a reboot some other process may have the number.
  return (beginOf(Number(pid)) ?? '') === begin ? Number(pid) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** When a process began, in ticks since the system did: field 22 of proc(5); undefined where there is no such thing. */
function beginOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
