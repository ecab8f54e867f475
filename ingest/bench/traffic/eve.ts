/** One in this many lines is an event of another kind than flow. */
const OTHER_EVENTS_EVERY = 10;

const SERVICES = [
  { proto: 'TCP', port: 443, app_proto: 'tls' },
  { proto: 'UDP', port: 53, app_proto: 'dns' },
  { proto: 'TCP', port: 445, app_proto: 'smb' },
  { proto: 'TCP', port: 5432, app_proto: 'failed' },
] as const;

/**
 * Lines of Suricata's EVE log: flows, and now and then a dns or tls event. Each is given without its line end; the same
 * count gives the same lines.
 */
export function* eveFlowLines(count: number): Generator<string> {
  for (let n = 0; n < count; n++) {
    const { proto, port, app_proto } = SERVICES[n & 3] ?? SERVICES[0];
    const head = { timestamp: timeAt(n), flow_id: 1_000_000_000_000 + n, in_iface: 'ens5' };
    const tuple = {
      src_ip: `10.${n % 8}.${(n * 7) % 256}.${(n * 13) % 256}`,
      src_port: 32_768 + (n % 28_000),
      dest_ip: `10.9.${n % 16}.${n % 256}`,
      dest_port: port,
      proto,
    };
    if (n % OTHER_EVENTS_EVERY === 1 && app_proto === 'dns') {
      const dns = { type: 'query', id: n % 65_536, rrname: `host-${n % 1000}.example.org`, rrtype: 'A', tx_id: 0 };
      yield JSON.stringify({ ...head, event_type: 'dns', ...tuple, dns });
    } else if (n % OTHER_EVENTS_EVERY === 4 && app_proto === 'tls') {
      const tls = { subject: 'CN=example.org', sni: `www-${n % 1000}.example.org`, version: 'TLS 1.3' };
      yield JSON.stringify({ ...head, event_type: 'tls', ...tuple, tls });
    } else {
      const flow = {
        pkts_toserver: 1 + (n % 30),
        pkts_toclient: 1 + (n % 40),
        bytes_toserver: 67 + (n % 2000),
        bytes_toclient: 83 + (n % 90_000),
        start: timeAt(n - (n % 90_000)),
        end: timeAt(n),
        age: n % 90,
        state: 'closed',
        reason: 'timeout',
        alerted: false,
      };
      const tcp = {
        tcp_flags: '1b',
        tcp_flags_ts: '1b',
        tcp_flags_tc: '1b',
        syn: true,
        fin: true,
        psh: true,
        ack: true,
      };
      yield JSON.stringify({ ...head, event_type: 'flow', ...tuple, app_proto, flow, ...(proto === 'TCP' && { tcp }) });
    }
  }
}

/** As Suricata writes times: microseconds and an offset without a colon. */
function timeAt(n: number): string {
  return new Date(1_700_000_000_000 + n / 2).toISOString().replace('Z', '000+0000');
}
