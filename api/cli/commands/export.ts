import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { groupBy } from '../../../analytics/graph/group-by';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { BACKENDS, exportPolicy } from '../../../recommender/export';
import type { Loss } from '../../../recommender/export/backend';
import type { Enforced } from '../../../recommender/lifecycle';
import type { Policy } from '../../../recommender/model/policy';
import { splitRevision } from '../../policies';
import { few, section } from '../print/table';
import type { Session } from '../session';

const LISTED = 20;
/** Of those that something cannot be said of for the same reason. */
const LISTED_RULES = 5;

interface ExportOptions {
  readonly backend: string;
  readonly policy?: string;
  readonly draft: boolean;
  readonly out: string;
}

export async function exportRules(session: Session, options: ExportOptions): Promise<void> {
  const backend = BACKENDS.get(options.backend);
  if (!backend) {
    throw new WayleaveError(`there is no backend "${options.backend}"; there are ${[...BACKENDS.keys()].join(', ')}`, {
      code: 'not-found',
    });
  }
  const { policy, leftOut, overdue } = await policyToExport(await session.open(), options);
  const { files, losses, proof } = exportPolicy(policy, backend);
  const written = await writeFiles(options.out, files);
  session.answer({ written, losses, proof, leftOut, overdue }, () =>
    [printExport(written, losses), printLeftOut('not in it', leftOut), printLeftOut('overdue', overdue)].join(''),
  );
}

/** A recommendation by its id, or what is in force of a stored policy: the latest recommendation where nothing is said. */
async function policyToExport(
  { analysis, documents, policies }: Awaited<ReturnType<Session['open']>>,
  { policy: written, draft }: ExportOptions,
): Promise<Enforced> {
  const whole = (policy: Policy): Enforced => ({ policy, leftOut: [], overdue: [] });
  if (written === undefined) return whole(await analysis.policy());
  const recommended = await documents.find('policy', written);
  if (recommended) return whole(recommended);
  const { policy, number } = splitRevision(written);
  return policies.enforced(policy, { draft, ...(number === undefined ? {} : { revision: number }) });
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
  const lines = (some: readonly Loss[]) =>
    [...groupBy(some, ({ reason }) => reason)].map(([reason, same]) => {
      const rules = [...new Set(same.flatMap(({ rule }) => rule ?? []))];
      return `  ${rules.length === 0 ? '' : `${few(rules, LISTED_RULES)}: `}${reason}`;
    });
  const counted = (count: number) => (count === 1 ? 'one thing' : `${count} things`);
  return [
    ...written.map((path) => `wrote ${path}`),
    'proved: imported back, every packet is decided as the policy decides it',
    ...(denied.length > 0
      ? [`except ${counted(denied.length)} this backend cannot say, which it denies where it closes:`]
      : []),
    ...lines(denied),
    ...(unsaid.length > 0 ? [`${counted(unsaid.length)} beside that this backend cannot say:`] : []),
    ...lines(unsaid),
    '',
  ].join('\n');
}

function printLeftOut(why: string, rules: Enforced['leftOut']): string {
  const lines = rules.map((rule) => `${rule.words} (${rule.rule}): ${rule.why}`);
  return section(`${rules.length} rules are ${why}`, lines, LISTED);
}
