import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, WayleaveError } from '../../kernel/errors';
import { parseState, type NetflowState } from './state';

/** More than the templates that a decoder keeps come to; a file beyond it is none of ours. */
const MOST_BYTES = 256 << 20;

/**
 * @returns undefined when there is no file yet
 * @throws WayleaveError `state-unreadable`, or `bad-decoder-state` when the file holds something else; a decoder can then
 *   start without, and learns anew
 */
export async function readStateFile(path: string): Promise<NetflowState | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return parseState(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof WayleaveError ? messageOf(cause) : 'it is not JSON';
    throw new WayleaveError(`${path} holds no decoder state: ${reason}`, {
      code: 'bad-decoder-state',
      where: { file: path },
      cause,
    });
  }
}

/**
 * Puts the state in place of what the file held: whenever the power fails, one or the other is there, whole.
 *
 * @throws WayleaveError `state-unwritable`
 */
export async function writeStateFile(path: string, state: NetflowState): Promise<void> {
  const fresh = `${path}.new`;
  try {
    // Left over, perhaps with other rights, from a run that was cut off.
    await rm(fresh, { force: true });
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(state));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    throw new WayleaveError(`cannot write the decoder state to ${path}: ${messageOf(cause)}`, {
      code: 'state-unwritable',
      retriable: true,
      where: { file: path },
      cause,
    });
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > MOST_BYTES) throw new Error(`${size} bytes, of at most ${MOST_BYTES}`);
      return await readFile(file, 'utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new WayleaveError(`cannot read the decoder state from ${path}: ${messageOf(cause)}`, {
      code: 'state-unreadable',
      where: { file: path },
      cause,
    });
  }
}

/** A rename counts after a crash only once its folder is on disk. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
