import { protocolName } from '../kernel/port';
import { INITIATOR, OBSERVED, VERDICT, type FlowColumnName } from '../model/flow';

type Names = Readonly<Record<string, number>>;

/** Protocols that have a name, without case: `tcp`, `gre`. */
export const PROTOCOL_NUMBERS: Names = Object.fromEntries(
  Array.from({ length: 256 }, (_, number) => [protocolName(number), number] as const).filter(
    ([name, number]) => name !== `protocol ${number}`,
  ),
);

/** Columns whose numbers have names, as people read and filter them. */
const ENUMERATIONS: Readonly<Partial<Record<FlowColumnName, Names>>> = {
  protocol: PROTOCOL_NUMBERS,
  initiator: INITIATOR,
  verdict: VERDICT,
  observed: OBSERVED,
  // IANA's registry of IPFIX elements, 233 and 136.
  firewall_event: { created: 1, deleted: 2, denied: 3, alert: 4, updated: 5 },
  end_reason: { idle: 1, active_timeout: 2, end_of_flow: 3, forced: 4, lack_of_resources: 5 },
};

export function namesOf(column: string): Names | undefined {
  return Object.hasOwn(ENUMERATIONS, column) ? ENUMERATIONS[column as FlowColumnName] : undefined;
}

/** FIN, SYN, RST, PSH, ACK, URG, ECE, CWR (RFC 9293, 3.1), from the lowest bit, with tcpdump's letters. */
const TCP_FLAGS = ['F', 'S', 'R', 'P', 'A', 'U', 'E', 'W'];

/** `denied` for a verdict of 2, `SA` for the flags SYN and ACK; the number where it has no name. */
export function valueName(column: string, value: string | number): string {
  if (/(?:^|_)tcp_flags$/.test(column)) return flagLetters(Number(value));
  const found = Object.entries(namesOf(column) ?? {}).find(([, number]) => number === value);
  return found?.[0] ?? String(value);
}

function flagLetters(flags: number): string {
  return TCP_FLAGS.filter((_, bit) => flags & (1 << bit)).join('');
}
