import { createIdentity, namesOf } from '../../../analytics/conversations/query';
import type { Window } from '../../../analytics/model/topology';
import { findNoise } from '../../../analytics/noise';
import { parsePrefix } from '../../../ingest/kernel/ip';
import { printNoise } from '../print/noise';
import type { Session } from '../session';
import { foundNothing, windowOf } from './known-time';

export async function noise(session: Session, options: Partial<Window>): Promise<void> {
  const { store, analysis, config } = await session.open();
  await analysis.rollUp();
  const window = await windowOf(store, options);
  const networks = config.estate.networks.map(parsePrefix);
  const { findings } = window ? await findNoise(store, window, networks) : { findings: [] };
  const names = await namesOf(
    createIdentity(store),
    findings.map(({ scope, address, seen }) => ({ scope, address, ...seen })),
  );
  const named = findings.map((finding, at) => ({ ...finding, names: names[at] ?? [] }));
  const text = named.length > 0 ? printNoise(named) : await foundNothing('noise', store, window);
  session.answer({ window, findings: named }, () => text);
}
