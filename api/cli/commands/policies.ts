import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { messageOf, WayleaveError } from '../../../ingest/kernel/errors';
import { documentSchema, policySchema } from '../../../recommender/export/json/schema';
import {
  editsSchema,
  targetNames,
  type Action,
  type Actor,
  type Stage,
  type Target,
} from '../../../recommender/lifecycle';
import type { Policy } from '../../../recommender/model/policy';
import type { Proposal } from '../../policies';
import { eventView, policyView, revisionView } from '../../policy-view';
import { printDiff, printEvents, printLeases, printPolicies, printProposal, printRevision } from '../print/policies';
import type { Session } from '../session';
import { personOf } from './person';

/** By whom, why, and as of what. */
export interface ActorOptions {
  readonly by?: string;
  readonly reason: string;
  readonly expect?: number;
}

/** What an action is about; all of the newest revision where nothing is said. */
export interface TargetOptions {
  readonly revision?: number;
  readonly section?: string;
  readonly group?: string;
  readonly direction?: 'inbound' | 'outbound';
  readonly rule?: string;
}

interface SourceOptions {
  readonly recommendation?: string;
  readonly file?: string;
}

const MOST_BYTES = 64 * 2 ** 20;

export async function listPolicies(session: Session): Promise<void> {
  const { policies } = await session.open();
  const found = (await policies.list()).map((policy) => policyView(policy));
  session.answer(found, () => printPolicies(found));
}

export async function showPolicy(session: Session, written: string, number: number | undefined): Promise<void> {
  const { policies } = await session.open();
  const policy = await policies.find(written);
  const revision = await policies.revision(policy.id, number);
  const view = { ...policyView(policy, targetNames(revision.body)), revision: revisionView(policy, revision) };
  session.answer(view, () => printRevision(view, view.revision));
}

export async function createPolicy(
  session: Session,
  { name, ...options }: ActorOptions & SourceOptions & { name?: string },
): Promise<void> {
  const { policies } = await session.open();
  const made = policyView(await policies.createFrom(await sourceOf(session, options), name, actorOf(session, options)));
  session.answer(made, () => `${made.name} is policy ${made.id}, a draft: review it next (wayleave policy review)\n`);
}

export async function revisePolicy(
  session: Session,
  written: string,
  { dryRun, ...options }: ActorOptions & SourceOptions & { dryRun: boolean },
): Promise<void> {
  const { policies } = await session.open();
  const input = await sourceOf(session, options);
  answerProposal(session, await policies.propose(written, input, actorOf(session, options), { dryRun }));
}

export async function editPolicy(
  session: Session,
  written: string,
  file: string,
  { dryRun, ...options }: ActorOptions & { dryRun: boolean },
): Promise<void> {
  const { policies } = await session.open();
  const edits = parsed(editsSchema, await readJson(session, file), file);
  const input = { kind: 'edits', edits } as const;
  answerProposal(session, await policies.propose(written, input, actorOf(session, options), { dryRun }));
}

export async function diffPolicy(
  session: Session,
  written: string,
  from: number | undefined,
  to: number | undefined,
): Promise<void> {
  const { policies } = await session.open();
  const diff = await policies.diff(written, from, to);
  session.answer(diff, () => printDiff(diff));
}

export async function rollBackPolicy(
  session: Session,
  written: string,
  to: number,
  options: ActorOptions,
): Promise<void> {
  const { policies } = await session.open();
  const { number, effect } = await policies.rollBack(written, to, actorOf(session, options));
  session.answer(
    { revision: number, effect },
    () =>
      `revision ${number} says what revision ${to} did\n${effect.map((line) => `  ${line}\n`).join('')}` +
      'what is in force stays so until something of it is staged or enforced\n',
  );
}

/** @param actionOf what is to be done to what of which revision */
export async function actOnPolicy(
  session: Session,
  written: string,
  options: ActorOptions & TargetOptions & { readonly to?: Stage },
  actionOf: (revision: number, target: Target) => Action,
): Promise<void> {
  const { policies } = await session.open();
  const before = await policies.find(written);
  // What is taken back is what is in force.
  const byDefault = options.to === undefined ? before.state.head : (before.state.active ?? before.state.head);
  const number = options.revision ?? byDefault;
  const { body } = await policies.revision(before.id, number);
  const action = actionOf(number, targetOf(body, options));
  // What it is about was chosen by what was read just now.
  const who = { expected: before.state.version, ...actorOf(session, options) };
  const after = await policies.act(before.id, action, who);
  const view = policyView(after);
  const last = (await policies.history(after.id)).at(-1);
  session.answer(view, () => (last ? `${eventView(last, targetNames(body)).text}\n` : ''));
}

export async function policyHistory(session: Session, written: string): Promise<void> {
  const { policies } = await session.open();
  const nameOf = targetNames((await policies.revision(written)).body);
  const events = (await policies.history(written)).map((event) => eventView(event, nameOf));
  session.answer(events, () => printEvents(events));
}

export async function policyLeases(
  session: Session,
  written: string,
  { tend, ...options }: ActorOptions & { tend: boolean },
): Promise<void> {
  const { policies } = await session.open();
  if (!tend) {
    const leases = await policies.leases(written);
    return session.answer(leases, () => printLeases(leases));
  }
  const tended = await policies.tendLeases(written, actorOf(session, options));
  const { renewed, proposed, leases } = tended;
  session.answer(
    tended,
    () =>
      `renewed ${Object.keys(renewed).length} by use; ` +
      `${proposed === null ? 'nothing to propose' : `revision ${proposed} is proposed without what ran out`}\n${printLeases(leases)}`,
  );
}

function answerProposal(session: Session, proposal: Proposal): void {
  session.answer(proposal, () => printProposal(proposal));
}

function actorOf(session: Session, { by, reason, expect }: ActorOptions): Actor {
  return { by: personOf(session, by), reason, ...(expect === undefined ? {} : { expected: expect }) };
}

function targetOf(body: Policy, { section, group, direction, rule }: TargetOptions): Target {
  const chosen: Target[] = [
    ...(section === undefined ? [] : [{ kind: 'section', section } as const]),
    ...(group === undefined
      ? []
      : [{ kind: 'group', group: groupNamed(body, group), ...(direction ? { direction } : {}) } as const]),
    ...(rule === undefined ? [] : [{ kind: 'rule', rule } as const]),
  ];
  const [target, ...others] = chosen;
  if (others.length > 0 || (direction !== undefined && group === undefined)) {
    throw new WayleaveError('expected one of --section, --group and --rule, and --direction only with --group', {
      code: 'bad-request',
    });
  }
  return target ?? { kind: 'all' };
}

/** Its id, where only one of the policy's groups or applications is called so; else as it was written. */
function groupNamed({ groups, sections }: Policy, written: string): string {
  const applications = sections.map(({ id, name }) => ({ id: id.replace(/^application:/, ''), name }));
  const [named, ...others] = [...groups, ...applications].filter(({ name }) => name === written);
  return named && others.length === 0 ? named.id : written;
}

async function sourceOf(session: Session, { recommendation, file }: SourceOptions) {
  if (recommendation !== undefined && file !== undefined) {
    throw new WayleaveError('expected one of --recommendation and --file', { code: 'bad-request' });
  }
  if (file !== undefined) return { kind: 'body', body: policyIn(await readJson(session, file), file) } as const;
  return { kind: 'recommendation', ...(recommendation === undefined ? {} : { recommendation }) } as const;
}

function policyIn(document: unknown, file: string): Policy {
  const whole = documentSchema.safeParse(document);
  return whole.success ? whole.data.policy : parsed(policySchema, document, file);
}

function parsed<Value>(schema: z.ZodType<Value>, document: unknown, file: string): Value {
  const found = schema.safeParse(document);
  if (found.success) return found.data;
  throw new WayleaveError(`${file}: ${z.prettifyError(found.error)}`, { code: 'bad-policy', where: { path: file } });
}

async function readJson({ terminal }: Session, file: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of file === '-' ? terminal.stdin : createReadStream(file)) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > MOST_BYTES) {
      throw new WayleaveError(`${file} has more than ${MOST_BYTES} bytes`, {
        code: 'too-large',
        where: { path: file },
      });
    }
    chunks.push(buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new WayleaveError(`${file}: ${messageOf(cause)}`, { code: 'bad-policy', where: { path: file }, cause });
  }
}
