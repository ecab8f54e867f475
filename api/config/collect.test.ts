import { configSchema } from './config';

const collect = (settings: object) => configSchema.safeParse({ collect: settings });
const tls = (settings: object) => collect({ tcp: [{ port: 4740, tls: { cert: 'c', key: 'k', ...settings } }] });

describe('settings of collecting', () => {
  it('listen on loopback, on the ports of NetFlow, IPFIX and sFlow, and to everybody', () => {
    const { udp, tcp, exporters } = configSchema.parse({}).collect;
    expect(udp).toEqual([2055, 4739, 6343].map((port) => ({ host: '127.0.0.1', port })));
    expect([tcp, exporters]).toEqual([[], undefined]);
  });

  it.each([
    [{}, false],
    [{ ca: 'a' }, true],
    [{ ca: 'a', requireClientCertificate: false }, false],
    [{ ca: 'a', requireClientCertificate: true }, true],
  ])('with TLS settings %j want certificates of exporters: %s', (settings, wanted) => {
    expect(tls(settings).data?.collect.tcp[0]?.tls).toMatchObject({ ...settings, requireClientCertificate: wanted });
  });

  it('cannot check certificates without an authority', () => {
    const [issue] = tls({ requireClientCertificate: true }).error?.issues ?? [];
    expect(issue).toMatchObject({
      path: ['collect', 'tcp', 0, 'tls', 'ca'],
      message: expect.stringContaining('authority'),
    });
  });

  it('name exporters by prefix', () => {
    expect(collect({ exporters: ['10.0.0.1', '2001:db8::/32'] }).data?.collect.exporters).toEqual([
      '10.0.0.1/32',
      '2001:db8::/32',
    ]);
    expect(collect({ exporters: ['router'] }).success).toBe(false);
    expect(collect({ exporters: [] }).success).toBe(false);
  });
});
