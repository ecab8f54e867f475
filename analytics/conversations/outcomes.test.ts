import type { Conversation } from '../model/conversation';
import { both, flow, openFlows, TCP, type FlowRow, type RolledFlows } from './flows.fixture';

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterEach(() => rolled.clear());
afterAll(() => rolled.close());

const there = (flags: number, more: FlowRow = {}) =>
  flow('10.0.0.9', 40_000, '10.0.0.1', 443, { tcp_flags: flags, ...more });
const back = (flags: number, more: FlowRow = {}) =>
  flow('10.0.0.1', 443, '10.0.0.9', 40_000, { tcp_flags: flags, ...more });
const UDP = { protocol: 17 };

type Outcome = 'established' | 'refused' | 'unanswered' | 'halfOpen' | 'denied';

const CASES: readonly (readonly [string, Outcome, readonly FlowRow[]])[] = [
  ['a connection', 'established', [there(TCP.all), back(TCP.all)]],
  ['one that the server ended with a reset', 'established', [there(TCP.all), back(TCP.all | TCP.rst)]],
  ['one of which only the client was seen', 'established', [there(TCP.all)]],
  ['one of which only the server was seen', 'established', [back(TCP.all)]],
  ['one that had begun in another hour', 'established', [there(TCP.data), back(TCP.data)]],
  ['one whose source tells no flags', 'established', [there(0), back(0)]],
  ['a reset for a SYN', 'refused', [there(TCP.syn), back(TCP.refusal)]],
  [
    'a reset for a SYN, as a biflow',
    'refused',
    [there(TCP.syn, { reverse_packets: 1, reverse_tcp_flags: TCP.refusal })],
  ],
  ['a reset alone', 'refused', [back(TCP.refusal, { packets: 1 })]],
  ['a SYN alone', 'unanswered', [there(TCP.syn)]],
  ['a SYN and a reset of the same end', 'unanswered', [there(TCP.syn | TCP.rst)]],
  [
    'a SYN scan of an open port',
    'halfOpen',
    [there(TCP.syn | TCP.rst, { packets: 2 }), back(TCP.synAck, { packets: 1 })],
  ],
  ['a SYN flood', 'halfOpen', [there(TCP.syn, { packets: 1 }), back(TCP.synAck, { packets: 3 })]],
  ['backscatter of a SYN flood', 'halfOpen', [back(TCP.synAck, { packets: 1 })]],
  ['what a firewall dropped', 'denied', [there(TCP.syn, { verdict: 2 })]],
  [
    'what the firewall at one end let through and that at the other did not',
    'denied',
    [there(TCP.syn, { verdict: 1 }), there(TCP.syn, { verdict: 2, exporter: '::ffff:192.0.2.2' })],
  ],
  ['a question with an answer', 'established', [there(0, { ...UDP, dst_port: 53 }), back(0, { ...UDP, src_port: 53 })]],
  ['a question without one', 'unanswered', [there(0, { ...UDP, dst_port: 53 })]],
  ['what nobody answers', 'established', [there(0, { ...UDP, dst_port: 514 })]],
  ['an echo request alone', 'unanswered', [flow('10.0.0.9', 0, '10.0.0.1', 0x800, { protocol: 1 })]],
  ['an echo reply alone', 'established', [flow('10.0.0.1', 0, '10.0.0.9', 0, { protocol: 1 })]],
  ['a tunnel', 'established', [flow('10.0.0.9', 0, '10.0.0.1', 0, { protocol: 47 })]],
];

it.each(CASES)('%s is %s', async (_, outcome, flows) => {
  const none = { established: 0, refused: 0, unanswered: 0, halfOpen: 0, denied: 0 };
  expect(await rolled.take(...flows)).toMatchObject([{ connections: 1, ...none, [outcome]: 1 }]);
});

it('outcomes add up to the connections', async () => {
  const flows = [
    ...both('10.0.0.9', 40_001, '10.0.0.1', 443),
    ...both('10.0.0.9', 40_002, '10.0.0.1', 443),
    there(TCP.syn, { src_port: 40_003 }),
    there(TCP.syn, { src_port: 40_004, verdict: 2 }),
  ];
  const [found] = (await rolled.take(...flows)) as [Conversation];
  expect(found).toMatchObject({ connections: 4, established: 2, unanswered: 1, denied: 1, refused: 0, halfOpen: 0 });
});
