import { IPFIX_VERSION, readIpfixHeader } from '../ipfix/header';
import { NETFLOW5_VERSION, readNetflow5Header, type Netflow5Header } from '../netflow5/datagram';
import { NETFLOW9_VERSION, readNetflow9Header } from '../netflow9/header';
import { uint16 } from '../wire';
import type { DatagramHeader } from './header';

/** The header of a datagram of any version, undefined when it has none. */
export function readHeader(datagram: Uint8Array): DatagramHeader | Netflow5Header | undefined {
  switch (datagram.length < 2 ? 0 : uint16(datagram, 0)) {
    case NETFLOW5_VERSION:
      return readNetflow5Header(datagram);
    case NETFLOW9_VERSION:
      return readNetflow9Header(datagram);
    case IPFIX_VERSION:
      return readIpfixHeader(datagram);
    default:
      return undefined;
  }
}
