import { serviceOf } from '../../analytics/conversations/query';
import type { Service } from '../../analytics/model/service';
import { parseAddress } from '../../ingest/kernel/ip';
import { serviceWords } from '../propose/words';
import type { JudgedUse } from './busiest';
import type { Places } from './places';
import type { Volume } from './volume';

/** Legitimate use that the policy would deny. */
export interface DeniedUse extends Volume {
  /** Addresses. */
  readonly client: string;
  readonly server: string;
  readonly service: Service;
  /** The deny rule that decided; null when no rule allows it. */
  readonly rule: string | null;
  /** Epoch seconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** "etl-1 → db-2 on 5432/tcp". */
  readonly words: string;
  /** "no rule covers dev-etl → db of shop on 5432/tcp". */
  readonly why: string;
}

/** @param nameOf what people call the workload of an address */
export function explainDenial(use: JudgedUse, places: Places, nameOf: (address: string) => string): DeniedUse {
  const { client, server, connections, packets, firstSeen, lastSeen, verdict } = use;
  const service = serviceOf(use.protocol, use.port);
  const on = serviceWords(service);
  const ends = [client, server]
    .map((address) => places.groupOf(places.placeOf(parseAddress(address)))?.name ?? nameOf(address))
    .join(' → ');
  return {
    client,
    server,
    service,
    tuples: 1,
    connections,
    packets,
    rule: verdict.rule,
    firstSeen,
    lastSeen,
    words: `${nameOf(client)} → ${nameOf(server)} on ${on}`,
    why: verdict.rule === null ? `no rule covers ${ends} on ${on}` : `rule ${verdict.rule} denies ${ends} on ${on}`,
  };
}
