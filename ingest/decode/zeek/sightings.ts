import { PROTOCOL } from '../../kernel/port';
import { NO_SIGHTINGS, oneSighting } from '../lines/values';
import { field, type ZeekLine } from './line';

/** What lines say of addresses beside flows, over what `planFor` binds. */
export function sightingsOf(line: ZeekLine): string {
  const { list } = line;
  const yes = (name: 'established'): string => `${field(name)} IN ('T', 'true')`;
  const service = `lower(arrayStringConcat(${list('service')}, ','))`;
  // A proxy is asked for hosts that it is not.
  const isProxied = `(${field('method')} = 'CONNECT' OR position(${field('uri')}, '://') > 0)`;
  const server = { address: 'resp_h', protocol: 'protocol_number', port: 'ifNull(resp_p, 0)' };
  const port = `toUInt16OrZero(if(log = 'software', ${field('host_p')}, ${field('port_num')}))`;
  return `multiIf(
    isNull(at), ${NO_SIGHTINGS},
    log = 'dns', arrayMap(
      address -> (assumeNotNull(at), 'name', assumeNotNull(toIPv6OrNull(address)), toUInt8(0), toUInt16(0), host),
      arrayFilter(address -> isNotNull(toIPv6OrNull(address)) AND host != '', ${list('answers')})),
    log = 'ssl' AND ${yes('established')} OR log = 'http' AND NOT ${isProxied}, ${oneSighting('name', { ...server, value: 'host' })},
    log = 'dhcp', ${oneSighting('name', { address: 'toIPv6OrNull(leased)', value: 'host' })},
    log IN ('known_services', 'known_certs') OR log = 'software' AND endsWith(${field('software_type')}, '::SERVER'), ${oneSighting(
      'listener',
      {
        address: `toIPv6OrNull(${field('host')})`,
        protocol: `if(log = 'known_services', transform(lower(${field('port_proto')}), ['tcp', 'udp'], [toUInt8(${PROTOCOL.tcp}), toUInt8(${PROTOCOL.udp})], toUInt8(0)), toUInt8(${PROTOCOL.tcp}))`,
        port,
        value: `multiIf(log = 'software', ${field('name')}, log = 'known_certs', 'ssl', ${service})`,
        when: `${port} > 0`,
      },
    )},
    log IN ('kerberos', 'ntlm', 'rdp', 'radius') AND ${field('success')} NOT IN ('F', 'false'), ${oneSighting('user', {
      address: `if(log = 'radius', toIPv6OrNull(${field('framed_addr')}), orig_h)`,
      value: 'named_user',
    })},
    ${NO_SIGHTINGS})`;
}
