import type { Dependency } from '../../model/dependency';
import { dependency, managed, tcp, udp } from '../../quality/estate';
import { knownService } from '../../services';
import { UNCONSTRAINED } from '../constraints';
import { gatherEvidence } from '../evidence';
import { findScanners } from './scanners';

const servers = Array.from({ length: 30 }, (_, n) => `server${n}`);
const offices = Array.from({ length: 20 }, (_, n) => `client${n}`);
const PORTS = [21, 22, 23, 80, 443];
const answered = offices.flatMap((client) =>
  servers.slice(0, 15).map((server) => dependency(client, server, tcp(443))),
);
const tries = (client: string, ports: readonly number[], hours = 1, service = tcp) =>
  servers.flatMap((server) =>
    ports.map((port): Dependency => ({ ...dependency(client, server, service(port), 2), established: 0, hours })),
  );

function find(extra: readonly Dependency[], constraints: Partial<typeof UNCONSTRAINED> = {}) {
  const dependencies = [...answered, ...extra];
  const ids = [...new Set(dependencies.flatMap(({ client, server }) => [client, server]))];
  const evidence = gatherEvidence(
    ids.map((id) => managed(id)),
    dependencies,
    knownService,
  );
  const name = (workload: number) => evidence.workloads[workload]?.id ?? '';
  const found = findScanners(evidence, { ...UNCONSTRAINED, ...constraints });
  return {
    names: found.map(({ workload }) => name(workload)),
    found,
    numberOf: (id: string) => ids.slice().sort().indexOf(id),
  };
}

describe('scanners', () => {
  it.each<[string, Dependency[], string[]]>([
    ['who asks everybody for everything, once', tries('scan', PORTS), ['scan']],
    ['a busy client that is answered', servers.map((server) => dependency('busy', server, tcp(8080))), []],
    ['a client of a few dead services', tries('client0', [8443]).slice(0, 9), []],
    ['a poller whose answers no sensor sees', tries('poller', PORTS, 24), []],
    [
      'who sends datagrams to collectors, as others do',
      [...tries('client0', [4000], 1, udp), ...tries('client1', [4000], 1, udp), ...tries('client2', [4000], 1, udp)],
      [],
    ],
    ['sensors that see one direction only', offices.flatMap((client) => tries(client, PORTS)), []],
  ])('%s', (_, extra, expected) => {
    expect(find(extra).names).toEqual(expected);
  });

  it('says what it asked for and that an owner must judge', () => {
    expect(find(tries('scan', PORTS)).found[0]?.reasons.map(({ text }) => text)).toEqual([
      'asked 30 workloads for 5 services, 150 pairs in all, of which 135 answered nobody',
      'gets around as an authorised vulnerability scanner does',
      'a host that was broken into and sweeps looks the same: only its owner can say',
    ]);
  });

  it('holds to what people said', () => {
    const { numberOf } = find(tries('scan', PORTS));
    const refused = find(tries('scan', PORTS), { notScanner: new Set([numberOf('scan')]) });
    expect(refused.names).toEqual([]);
    const confirmed = find(tries('scan', PORTS), { scanners: new Set([numberOf('client3')]) });
    expect(confirmed.names).toEqual(['client3', 'scan']);
    expect(confirmed.found[0]).toMatchObject({ confidence: 1, reasons: [{ text: 'confirmed as a scanner' }, {}] });
  });
});
