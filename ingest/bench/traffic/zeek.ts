/** One in this many lines is of another log than conn. */
const OTHER_LOGS_EVERY = 10;

const SERVICES = [
  { proto: 'tcp', port: 443, service: 'ssl', history: 'ShADadFf' },
  { proto: 'udp', port: 53, service: 'dns', history: 'Dd' },
  { proto: 'tcp', port: 445, service: 'gssapi,smb,krb', history: 'ShADadFr' },
  { proto: 'tcp', port: 5432, service: undefined, history: 'ShADadtFf' },
] as const;

/**
 * Lines of Zeek's JSON logs as one sensor writes them: conn, and now and then the line of dns or ssl that goes with it.
 * Each is given without its line end; the same count gives the same lines.
 */
export function* zeekConnLines(count: number): Generator<string> {
  for (let n = 0; n < count; n++) {
    const { proto, port, service, history } = SERVICES[n & 3] ?? SERVICES[0];
    const common = {
      ts: 1_700_000_000 + n / 2000,
      uid: `C${(n * 2_654_435_761).toString(36)}`,
      'id.orig_h': `10.${n % 8}.${(n * 7) % 256}.${(n * 13) % 256}`,
      'id.orig_p': 32_768 + (n % 28_000),
      'id.resp_h': `10.9.${n % 16}.${n % 256}`,
      'id.resp_p': port,
    };
    if (n % OTHER_LOGS_EVERY === 1 && service === 'dns') {
      const query = `host-${n % 1000}.example.org`;
      yield JSON.stringify({
        _path: 'dns',
        ...common,
        proto,
        query,
        qtype_name: 'A',
        rcode: 0,
        answers: ['192.0.2.7'],
      });
    } else if (n % OTHER_LOGS_EVERY === 4 && service === 'ssl') {
      const server_name = `www-${n % 1000}.example.org`;
      yield JSON.stringify({
        _path: 'ssl',
        ...common,
        version: 'TLSv13',
        server_name,
        resumed: false,
        established: true,
      });
    } else {
      yield JSON.stringify({
        _path: 'conn',
        ...common,
        proto,
        service,
        duration: (n % 90_000) / 1000,
        orig_bytes: 39 + (n % 900),
        resp_bytes: 55 + (n % 90_000),
        conn_state: 'SF',
        local_orig: true,
        local_resp: true,
        missed_bytes: 0,
        history,
        orig_pkts: 1 + (n % 30),
        orig_ip_bytes: 67 + (n % 2000),
        resp_pkts: 1 + (n % 40),
        resp_ip_bytes: 83 + (n % 90_000),
        tunnel_parents: [],
      });
    }
  }
}
