import { PROTOCOL_NUMBERS } from '../../../ingest/flows';
import { hasPorts } from '../../../ingest/kernel/port';
import { nearest, type Kind } from '../../../ingest/query';
import type { Service } from '../../model/service';
import { SERVICE_PORTS, serviceName } from '../../services';

/** What a conversation's server offers. */
export function serviceOf(protocol: number, port: number): Service {
  if (hasPorts(protocol)) return { kind: 'port', protocol, port };
  if (protocol === PROTOCOL_NUMBERS.icmp || protocol === PROTOCOL_NUMBERS.icmp6)
    return { kind: 'icmp', protocol, type: port >> 8, code: port & 255 };
  return { kind: 'protocol', protocol };
}

const BY_NAME: ReadonlyMap<string, readonly number[]> = byName();

/** One number for a service, as SQL puts it together. */
const NUMBER_SQL = 'toUInt32(protocol) * 65536 + port';

/** Services by the registry's names (`https`, whatever its ports) or by number: `8443/tcp`, `icmp/8/0`, `gre`. */
export const SERVICE: Kind = {
  expects: 'a service such as https, 8443/tcp or icmp/8/0',
  operators: ['='],
  values: [...BY_NAME.keys()].sort(),
  problem(_, value) {
    if (numbersOf(value) !== undefined) return undefined;
    const near = nearest(value, [...BY_NAME.keys()]);
    const rest = near === undefined ? ': others' : `; did you mean ${near}? Others`;
    return `"${value}" is no service that is known${rest} are written as 8443/tcp`;
  },
  condition: (column, _, values, binder) =>
    `${column} IN ${binder.bind(
      'Array(UInt32)',
      values.flatMap((value) => numbersOf(value) ?? []),
    )}`,
};

export const SERVICE_COLUMNS = [NUMBER_SQL];

function numbersOf(text: string): readonly number[] | undefined {
  const lower = text.toLowerCase();
  const named = BY_NAME.get(lower);
  if (named) return named;
  const [, port, transport = ''] = /^(\d{1,5})\/([a-z]+)$/.exec(lower) ?? [];
  const withPort = PROTOCOL_NUMBERS[transport];
  if (port !== undefined && withPort !== undefined && hasPorts(withPort) && Number(port) <= 65_535)
    return [withPort * 65_536 + Number(port)];
  const [, icmp = '', type = '0', code = '0'] = /^(icmp6?)\/(\d{1,3})(?:\/(\d{1,3}))?$/.exec(lower) ?? [];
  if (icmp !== '' && Number(type) < 256 && Number(code) < 256)
    return [(PROTOCOL_NUMBERS[icmp] ?? 0) * 65_536 + Number(type) * 256 + Number(code)];
  const bare = PROTOCOL_NUMBERS[lower];
  return bare === undefined || hasPorts(bare) || lower.startsWith('icmp') ? undefined : [bare * 65_536];
}

function byName(): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { protocol, port } of SERVICE_PORTS.registered) {
    const name = serviceName({ kind: 'port', protocol, port });
    if (name.includes('/')) continue;
    found.set(name, [...(found.get(name) ?? []), protocol * 65_536 + port]);
  }
  return found;
}
