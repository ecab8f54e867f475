import { serviceOf } from '../../analytics/conversations/query';
import type { Service } from '../../analytics/model/service';
import { parseAddress } from '../../ingest/kernel/ip';
import { serviceWords } from '../propose/words';
import type { Verdict } from '../model/packet-filter';
import type { JudgedUse } from './busiest';
import type { Places } from './places';
import type { Volume } from './volume';

/** Legitimate use with what the policy makes of it. */
export interface ExplainedUse extends Volume {
  /** Addresses. */
  readonly client: string;
  readonly server: string;
  readonly service: Service;
  readonly action: Verdict['action'];
  /** The rule that decided; null for the default. */
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
export function explainUse(use: JudgedUse, places: Places, nameOf: (address: string) => string): ExplainedUse {
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
    action: verdict.action,
    rule: verdict.rule,
    firstSeen,
    lastSeen,
    words: `${nameOf(client)} → ${nameOf(server)} on ${on}`,
    why: whyOf(verdict, `${ends} on ${on}`),
  };
}

function whyOf({ action, rule }: Verdict, use: string): string {
  if (rule !== null) return `rule ${rule} ${action === 'deny' ? 'denies' : 'allows'} ${use}`;
  return action === 'deny' ? `no rule covers ${use}` : `no rule covers ${use}, and neither end is closed`;
}
