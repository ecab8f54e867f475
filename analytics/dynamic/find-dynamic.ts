import type { Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import type { DynamicService } from './dynamic-service';
import { findFtpData } from './ftp-data';
import { serverPorts } from './port-lives';
import { tiedServices } from './tied';
import { withUses, type DynamicQuestion } from './uses';
import { wanderingService } from './wandering';

/**
 * Server ports that wander, in the conversations of a window (end exclusive): one service per server, protocol and
 * control port. Those without one and of little confidence (below `SURE`) are for people to look at: a server of many fixed services
 * looks much the same when it is little used.
 *
 * @param of one server only
 * @returns sorted by scope, server, protocol; those with a control port first
 */
export async function findDynamicServices(
  store: Store,
  window: Window,
  of?: DynamicQuestion['of'],
): Promise<DynamicService[]> {
  const found: DynamicService[] = [];
  await withUses(store, { window, of }, async (tables) => {
    for await (const server of serverPorts(store, tables)) {
      found.push(...tiedServices(server));
      const wandering = wanderingService(server);
      if (wandering) found.push(wandering);
    }
  });
  found.push(...(await findFtpData(store, { window, of })));
  return found.sort(
    (a, b) =>
      compare(a.scope, b.scope) ||
      compare(a.server, b.server) ||
      a.protocol - b.protocol ||
      (a.control ?? 65_536) - (b.control ?? 65_536) ||
      a.observed.first - b.observed.first,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
