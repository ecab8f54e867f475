import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { BACKENDS, exportPolicy } from '../../../recommender/export';
import type { Loss } from '../../../recommender/export/backend';
import type { Session } from '../session';

export async function exportRules(
  session: Session,
  options: { backend: string; policy?: string; out: string },
): Promise<void> {
  const backend = BACKENDS.get(options.backend);
  if (!backend) {
    throw new WayleaveError(`there is no backend "${options.backend}"; there are ${[...BACKENDS.keys()].join(', ')}`, {
      code: 'not-found',
    });
  }
  const { analysis } = await session.open();
  const { files, losses, proof } = exportPolicy(await analysis.policy(options.policy), backend);
  const written = await writeFiles(options.out, files);
  session.answer({ written, losses, proof }, () => printExport(written, losses));
}

export async function writeFiles(folder: string, files: readonly { path: string; text: string }[]): Promise<string[]> {
  const written: string[] = [];
  for (const { path, text } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
    written.push(target);
  }
  return written;
}

export function printExport(written: readonly string[], losses: readonly Loss[]): string {
  const denied = losses.filter(({ service }) => service !== null);
  const unsaid = losses.filter(({ service }) => service === null);
  const line = ({ rule, reason }: Loss) => `  ${rule === null ? '' : `${rule}: `}${reason}`;
  const counted = (count: number) => (count === 1 ? 'one thing' : `${count} things`);
  return [
    ...written.map((path) => `wrote ${path}`),
    'proved: imported back, every packet is decided as the recommendation decides it',
    ...(denied.length > 0 ? [`except ${counted(denied.length)} this backend cannot say, which it denies:`] : []),
    ...denied.map(line),
    ...(unsaid.length > 0 ? [`${counted(unsaid.length)} beside that this backend cannot say:`] : []),
    ...unsaid.map(line),
    '',
  ].join('\n');
}
