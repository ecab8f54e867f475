import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared } from '../../fixtures/shared-data';
import type { Conversation } from '../model/conversation';
import { figuresOf, judgeCaptures } from '../quality/direction-judgement';
import { readCaptures, type Form } from '../quality/direction-truth';
import { openNetworks, type Networks } from '../quality/networks';

jest.setTimeout(120_000);

let networks: Networks;
beforeAll(async () => {
  networks = await openNetworks();
});
afterAll(() => networks.close());

/** All captures as one network: taking each by itself is what `npm run quality -- direction` does, in minutes. */
describeShared('sessions whose opener is known', ['direction'], (path) => {
  it.each<[Form, number, number, number, number]>([
    ['nfv5', 99.5, 98, 98, 95],
    ['nfv9', 99.5, 98, 98, 95],
    ['ipfix', 99.5, 98, 98, 95],
    ['ipfix_biflow', 100, 100, 100, 100],
  ])('are got right from %s', async (form, tcpRight, tcpDecided, udpRight, udpDecided) => {
    const captures = await readCaptures(path);
    const figures = figuresOf(await judgeCaptures(networks, captures, form));
    const value = (metric: string): number => figures.find((figure) => figure.metric === metric)?.value ?? 0;
    expect(value('tcp-right')).toBeGreaterThanOrEqual(tcpRight);
    expect(value('tcp-decided')).toBeGreaterThanOrEqual(tcpDecided);
    expect(value('udp-right')).toBeGreaterThanOrEqual(udpRight);
    expect(value('udp-decided')).toBeGreaterThanOrEqual(udpDecided);
    expect(value('tcp-unseen')).toBe(0);
    // One of them is over IPv6, which NetFlow v5 cannot tell of.
    expect(value('udp-unseen')).toBe(form === 'nfv5' ? 1 : 0);
  });
});

interface Expected {
  readonly client: string;
  readonly client_port?: number;
  readonly server: string;
  readonly server_port?: number;
  readonly c2s_bytes?: number;
  readonly c2s_packets?: number;
  readonly s2c_bytes?: number;
  readonly s2c_packets?: number;
  readonly nat_address?: string;
  readonly reported_by_interfaces?: readonly string[];
}

const COUNTERS = [
  ['c2s_bytes', 'clientBytes'],
  ['c2s_packets', 'clientPackets'],
  ['s2c_bytes', 'serverBytes'],
  ['s2c_packets', 'serverPackets'],
] as const;

/** Of the counters that are known. */
function totals(sessions: readonly Expected[]): Partial<Conversation> {
  return Object.fromEntries(
    COUNTERS.flatMap(([counter, column]) => {
      const known = sessions.flatMap((session) => session[counter] ?? []);
      return known.length === 0 ? [] : [[column, known.reduce((sum, count) => sum + count, 0)]];
    }),
  );
}

describeShared('VPC flow logs of the manual', ['cloud', 'aws'], (path) => {
  const expected = JSON.parse(readFileSync(join(path, 'expected_direction.json'), 'utf8')) as Readonly<
    Record<string, { readonly conversations?: readonly Expected[] }>
  >;
  const cases = Object.entries(expected).flatMap(([name, { conversations }]): [string, readonly Expected[]][] =>
    conversations ? [[name, conversations]] : [],
  );

  it.each(cases)('%s: who opened what, and how much went each way', async (name, sessions) => {
    const [{ client, server, server_port: port, nat_address: nat }] = sessions as [Expected];
    const found = await networks.conversationsOf([join(path, name)]);
    // What the gateway says in its own name is the same traffic once more, on the other side of it.
    expect(found.filter((conversation) => conversation.client !== nat && conversation.server !== nat)).toEqual([
      expect.objectContaining({
        client,
        server,
        connections: sessions.length,
        // Without ports nothing but the order of the lines is left.
        ...(port && { port, direction: 1 }),
        ...totals(sessions),
      }),
    ]);
  });

  it('three interfaces that saw one connection are all kept', async () => {
    await networks.observe([join(path, 'v3_tgw_three_enis.log')]);
    const points = await networks.store.query<{ point: string }>(
      'SELECT DISTINCT arrayJoin(points) AS point FROM current_conversations ORDER BY point',
    );
    const [{ reported_by_interfaces: interfaces = [] } = {}] = expected['v3_tgw_three_enis.log']?.conversations ?? [];
    expect(points.map(({ point }) => point)).toEqual([...interfaces].sort());
  });

  it('what AWS says it has lost is counted', async () => {
    const [report] = await networks.observe([join(path, 'v2_default.log')]);
    expect(report).toMatchObject({ rows: 5, lost: 1, rejected: 0 });
  });
});
