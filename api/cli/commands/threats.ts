import { wholeWindow } from '../../../analytics/conversations';
import type { Window } from '../../../analytics/model/topology';
import { STATES, type ThreatKind, type ThreatState } from '../../../analytics/threats';
import { printLook, printQuarantine, printThreat, printThreats } from '../print/threats';
import type { Session } from '../session';
import { personOf } from './person';

/** By whom, and why. */
export interface SayOptions {
  readonly by?: string;
  readonly reason: string;
}

interface ListOptions {
  readonly state?: ThreatState;
  readonly kind?: ThreatKind;
  readonly all: boolean;
  readonly limit: number;
}

export interface QuarantineOptions extends SayOptions {
  readonly policy?: string;
  readonly finding?: string;
  readonly allow?: readonly string[];
  readonly hours: number;
}

export async function lookForThreats(session: Session, window: Partial<Window>): Promise<void> {
  const { analysis, threats } = await session.open();
  await analysis.rollUp();
  const look = await threats.look(window);
  session.answer(look, () => printLook(look));
}

export async function listThreats(session: Session, { state, kind, all, limit }: ListOptions): Promise<void> {
  const { store, threats } = await session.open();
  const states = all ? STATES : [state ?? ('open' as const), ...(state === undefined ? ['acknowledged' as const] : [])];
  const found = await threats.list({ states, kind, limit });
  const known = await wholeWindow(store);
  session.answer(found, () => printThreats(found, { limit, any: known !== null }));
}

export async function showThreat(session: Session, id: string): Promise<void> {
  const { threats } = await session.open();
  const found = await threats.find(id);
  session.answer(found, () => printThreat(found));
}

export async function sayOfThreat(
  session: Session,
  id: string,
  state: ThreatState,
  { by, reason }: SayOptions,
): Promise<void> {
  const { threats } = await session.open();
  const found = await threats.say(id, state, { by: personOf(session, by), reason });
  session.answer(found, () => `${found.id} is ${found.state}: ${found.words}\n`);
}

export async function markJewel(
  session: Session,
  subject: string,
  jewel: boolean,
  { by, reason }: SayOptions,
): Promise<void> {
  const { threats } = await session.open();
  const sayer = { by: personOf(session, by), reason };
  await threats.mark(subject, jewel, sayer);
  session.answer({ subject, jewel, ...sayer }, () => `${subject} is ${jewel ? 'a' : 'no'} crown jewel from now on\n`);
}

export async function imposeQuarantine(
  session: Session,
  workload: string | undefined,
  { policy, by, reason, ...wish }: QuarantineOptions,
): Promise<void> {
  const { threats } = await session.open();
  const change = await threats.quarantine(policy, { workload, ...wish }, { by: personOf(session, by), reason });
  session.answer(change, () => printQuarantine(change, reason));
}

export async function liftFromQuarantine(
  session: Session,
  name: string,
  { policy, by, reason }: SayOptions & { readonly policy?: string },
): Promise<void> {
  const { threats } = await session.open();
  const change = await threats.lift(policy, name, { by: personOf(session, by), reason });
  session.answer(change, () => printQuarantine(change, reason));
}
