import { createIdentity, namesOf, offeredServices } from '../../../analytics/conversations/query';
import { findDynamicServices } from '../../../analytics/dynamic';
import type { Window } from '../../../analytics/model/topology';
import type { Store } from '../../../ingest/store';
import { printDynamicServices, printServices } from '../print/services';
import { cutAt } from '../print/table';
import type { Session } from '../session';
import { foundNothing, windowOf } from './known-time';

interface ServiceOptions extends Partial<Window> {
  /** Only those whose port wanders. */
  readonly dynamic: boolean;
  readonly limit: number;
}

export async function services(session: Session, { dynamic, limit, ...wanted }: ServiceOptions): Promise<void> {
  const { store, analysis } = await session.open();
  await analysis.rollUp();
  const window = await windowOf(store, wanted);
  if (dynamic) {
    const found = window ? (await findDynamicServices(store, window)).slice(0, limit) : [];
    const named = window ? await withNames(store, window, found) : [];
    const text = printDynamicServices(named) + cutAt(named.length, limit);
    const nothing = await foundNothing('server whose port wanders', store, window);
    return session.answer({ window, services: named }, () => (named.length > 0 ? text : nothing));
  }
  const named = window ? await withNames(store, window, await offeredServices(store, window, { limit })) : [];
  const text = printServices(named) + cutAt(named.length, limit);
  const nothing = await foundNothing('service', store, window);
  session.answer({ window, services: named }, () => (named.length > 0 ? text : nothing));
}

async function withNames<T extends { readonly scope: string; readonly server: string }>(
  store: Store,
  window: Window,
  found: readonly T[],
): Promise<(T & { readonly names: readonly string[] })[]> {
  const ends = found.map(({ scope, server }) => ({ scope, address: server, ...window }));
  const names = await namesOf(createIdentity(store), ends);
  return found.map((one, at) => ({ ...one, names: names[at] ?? [] }));
}
