import { readFile } from 'node:fs/promises';
import { parseInventory, saveInventory } from '../../../analytics/inventory';
import { messageOf, WayleaveError } from '../../../ingest/kernel/errors';
import type { Session } from '../session';

export async function inventory(session: Session, file: string): Promise<void> {
  const { entries, rejects } = parseInventory(await read(file));
  const { store } = await session.open();
  await saveInventory(store, entries, () => new Date());
  session.answer({ entries: entries.length, rejects }, () =>
    [
      `${entries.length} addresses in the inventory`,
      ...rejects.map(({ line, message }) => `  line ${line}: ${message}`),
      '',
    ].join('\n'),
  );
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new WayleaveError(`cannot read ${file}: ${messageOf(cause)}`, {
      code: 'unreadable-file',
      where: { file },
      cause,
    });
  }
}
