import { hostName, NO_SIGHTINGS, oneSighting } from '../lines/values';
import { inDetails } from './columns';

const SERVER = {
  address: 'if(is_reply, src_ip, dest_ip)',
  protocol: 'protocol_number',
  port: 'ifNull(if(is_reply, sport, dport), 0)',
};

/** Addresses that a name was resolved to, in every version's way of listing them. */
const ANSWERS = `arrayFilter(address -> isNotNull(toIPv6OrNull(address)), arrayConcat(
  if(p.dns.rrtype IN ['A', 'AAAA'], [p.dns.rdata], []),
  arrayMap(answer -> answer.rdata, arrayFilter(answer -> answer.rrtype IN ['A', 'AAAA'], p.dns.answers)),
  p.dns.grouped.A, p.dns.grouped.AAAA))`;

/** A proxy is asked for hosts that it is not. */
const PROXIED = `(p.http.http_method = 'CONNECT' OR position(p.http.url, '://') > 0)`;

/** What events say of addresses beside flows. */
export const SIGHTINGS = inDetails(`multiIf(
  isNull(at), ${NO_SIGHTINGS},
  event = 'dns', arrayMap(
    address -> (assumeNotNull(at), 'name', assumeNotNull(toIPv6OrNull(address)), toUInt8(0), toUInt16(0), host),
    if(host = '', [], ${ANSWERS})),
  event = 'tls', ${oneSighting('name', { ...SERVER, value: 'host', when: `p.tls.version NOT IN ['', 'UNDETERMINED']` })},
  event = 'http', ${oneSighting('name', { ...SERVER, value: 'host', when: `NOT ${PROXIED}` })},
  event = 'dhcp', ${oneSighting('name', { address: 'toIPv6OrNull(p.dhcp.assigned_ip)', value: hostName('p.dhcp.hostname'), when: `p.dhcp.assigned_ip != '0.0.0.0'` })},
  event = 'krb5' AND p.krb5.msg_type IN ['KRB_AS_REP', 'KRB_TGS_REP'] OR event IN ['smb', 'rdp'], ${oneSighting('user', { address: 'src_ip', value: 'named_user' })},
  ${NO_SIGHTINGS})`);
