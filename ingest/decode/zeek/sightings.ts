import { PROTOCOL } from '../../kernel/port';
import { hostName, NO_SIGHTINGS, oneSighting } from '../values';
import { userOf } from './columns';
import { field, type ZeekLine } from './line';

/** What lines say of addresses beside flows, over what `planFor` binds. */
export function sightingsOf(line: ZeekLine): string {
  const { list } = line;
  const yes = (name: 'established'): string => `${field(name)} IN ('T', 'true')`;
  const notFailed = `${field('success')} NOT IN ('F', 'false')`;
  const server = { address: 'resp_h', protocol: 'protocol_number', port: `ifNull(resp_p, 0)` };
  const listener = (port: string, protocol: string, value: string): string =>
    oneSighting('listener', {
      address: `toIPv6OrNull(${field('host')})`,
      protocol,
      port: `toUInt16OrZero(${port})`,
      value,
      when: `toUInt16OrZero(${port}) > 0`,
    });
  const user = (address: string): string => oneSighting('user', { address, value: userOf(), when: notFailed });
  // A proxy is asked for hosts that it is not.
  const proxied = `(${field('method')} = 'CONNECT' OR position(${field('uri')}, '://') > 0)`;
  const service = `lower(arrayStringConcat(${list('service')}, ','))`;
  return `multiIf(
    isNull(at), ${NO_SIGHTINGS},
    log = 'dns', arrayMap(
      address -> (assumeNotNull(at), 'name', assumeNotNull(toIPv6OrNull(address)), toUInt8(0), toUInt16(0), ${hostName(field('query'))}),
      arrayFilter(address -> isNotNull(toIPv6OrNull(address)) AND ${hostName(field('query'))} != '', ${list('answers')})),
    log = 'ssl', ${oneSighting('name', { ...server, value: hostName(field('server_name')), when: yes('established') })},
    log = 'http', ${oneSighting('name', { ...server, value: hostName(field('host')), when: `NOT ${proxied}` })},
    log = 'dhcp', ${oneSighting('name', { address: 'toIPv6OrNull(leased)', value: hostName(`if(${field('client_fqdn')} != '', ${field('client_fqdn')}, ${field('host_name')})`) })},
    log = 'known_services', ${listener(field('port_num'), `ifNull(${`transform(lower(${field('port_proto')}), ['tcp', 'udp'], [toUInt8(6), toUInt8(17)], toUInt8(0))`}, 0)`, service)},
    log = 'known_certs', ${listener(field('port_num'), `toUInt8(${PROTOCOL.tcp})`, `'ssl'`)},
    log = 'software' AND endsWith(${field('software_type')}, '::SERVER'), ${listener(field('host_p'), `toUInt8(${PROTOCOL.tcp})`, field('name'))},
    log IN ('kerberos', 'ntlm', 'rdp'), ${user('orig_h')},
    log = 'radius', ${user(`toIPv6OrNull(${field('framed_addr')})`)},
    ${NO_SIGHTINGS})`;
}
