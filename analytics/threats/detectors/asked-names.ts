import { PROTOCOL } from '../../../ingest/kernel/port';
import { plainName } from '../names/domains';

/**
 * Names that were asked for in the window, by whom: raw flows, because conversations keep some of them only. Who asks a
 * resolver is `client`; answers alone are turned round.
 */
export const ASKED_SQL = `
  SELECT f.scope AS scope, if(f.dst_port = 53 OR f.src_port != 53, f.src, f.dst) AS client, ${plainName('f.fqdn')} AS name,
    toUnixTimestamp(f.start) AS at, f.bytes + f.reverse_bytes AS bytes
  FROM rated_flows AS f
  WHERE f.start >= toDateTime64({from:UInt32}, 6) AND f.start < toDateTime64({to:UInt32}, 6) AND f.fqdn != ''
    AND f.protocol IN (${PROTOCOL.tcp}, ${PROTOCOL.udp}) AND (f.dst_port = 53 OR f.src_port = 53 OR f.l7 = 'dns')`;
