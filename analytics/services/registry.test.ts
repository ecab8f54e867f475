import type { Service } from '../model/service';
import { knownService, lookUp, SERVICE_PORTS, serviceKey, serviceName } from './registry';
import { WELL_KNOWN } from './well-known';

const TCP = 6;
const UDP = 17;
const port = (protocol: number, number: number): Service => ({ kind: 'port', protocol, port: number });
const dynamic = (control: number): Service => ({
  kind: 'dynamic',
  protocol: TCP,
  control,
  observed: { first: 49152, last: 49999 },
});

describe('services', () => {
  it.each<[Service, string, string]>([
    [port(TCP, 443), 'https', 'tcp/443'],
    [port(UDP, 53), 'dns', 'udp/53'],
    [port(TCP, 8443), '8443/tcp', 'tcp/8443'],
    [port(TCP, 41234), '41234/tcp', 'tcp/41234'],
    [port(132, 9), '9/sctp', 'sctp/9'],
    [dynamic(135), 'ms-rpc dynamic', 'dynamic/tcp/135'],
    [dynamic(7), 'echo dynamic', 'dynamic/tcp/7'],
    [dynamic(41234), '41234/tcp dynamic', 'dynamic/tcp/41234'],
    [{ kind: 'icmp', protocol: 1, type: 8, code: 0 }, 'icmp echo', 'icmp/8/0'],
    [{ kind: 'icmp', protocol: 1, type: 3, code: 4 }, 'icmp unreachable code 4', 'icmp/3/4'],
    [{ kind: 'icmp', protocol: 58, type: 200, code: 0 }, 'icmp6 type 200', 'icmp6/200/0'],
    [{ kind: 'protocol', protocol: 47 }, 'gre', 'protocol/47'],
    [{ kind: 'protocol', protocol: 253 }, 'protocol 253', 'protocol/253'],
  ])('%j is %s, %s', (service, name, key) => {
    expect([serviceName(service), serviceKey(service)]).toEqual([name, key]);
  });

  it.each([162, 514, 2055, 4739, 6343, 8125, 12201, 25826])('nobody answers on udp/%d', (number) => {
    expect(lookUp(UDP, number)?.oneWay).toBe(true);
  });

  it.each([53, 123, 161, 1812])('udp/%d answers', (number) => {
    expect(lookUp(UDP, number)?.oneWay).toBe(false);
  });

  it('finds what hands a dynamic port out', () => {
    expect(knownService(dynamic(135))?.tags).toEqual(['rpc']);
    expect(knownService({ kind: 'protocol', protocol: 47 })).toBeUndefined();
  });

  it('lists every port once', () => {
    const keys = WELL_KNOWN.map(({ protocol, port: number }) => `${protocol}/${number}`);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it('takes no port of the dynamic range as evidence of a server, and knows grpc and wireguard all the same', () => {
    expect(SERVICE_PORTS.registered.filter(({ port: number }) => number >= 49152)).toEqual([]);
    expect(lookUp(TCP, 50051)?.name).toBe('grpc');
    expect(lookUp(UDP, 51820)?.name).toBe('wireguard');
  });

  it('takes from the ephemeral range only the few that IANA assigned and that are in wide use', () => {
    expect(SERVICE_PORTS.registered.filter(({ port: number }) => number >= 32768)).toHaveLength(8);
  });
});
