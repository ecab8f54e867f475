import fc from 'fast-check';
import { between, flow, openFlows, type FlowRow, type RolledFlows } from './flows.fixture';
import { CONVERSATION_COLUMNS } from './direction';

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterAll(() => rolled.close());

/** All that is kept of conversations but the version they were written under. */
async function everything(): Promise<unknown[]> {
  const columns = CONVERSATION_COLUMNS.filter((name) => name !== 'version').join(', ');
  const rows = await rolled.store.query<Record<string, unknown>>(`SELECT ${columns} FROM current_conversations`);
  return rows.map((row) => JSON.stringify(row)).sort();
}

async function rolledUp(flowsAtOnce: number, ...deliveries: readonly (readonly FlowRow[])[]): Promise<unknown[]> {
  await rolled.clear();
  for (const flows of deliveries) {
    await rolled.add(flows);
    await rolled.rollUp({ flowsAtOnce });
  }
  return everything();
}

/** Few hosts and ports, so that flows meet: of sessions, of listeners, of translations and of several exporters. */
const port = fc.constantFrom(53, 443, 7001, 33_000, 49_700, 50_000, 50_001);
const host = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '2001:db8::1');
const observed = fc
  .record({
    src: host,
    srcPort: port,
    dst: host,
    dstPort: port,
    from: fc.nat(3000),
    lasts: fc.nat(300),
    columns: fc.record({
      protocol: fc.constantFrom(6, 6, 6, 17),
      exporter: fc.constantFrom('::ffff:192.0.2.1', '::ffff:192.0.2.2'),
      packets: fc.nat(9),
      bytes: fc.nat(9000),
      reverse_packets: fc.constantFrom(0, 0, 5),
      tcp_flags: fc.constantFrom(0, 2, 4, 18, 20, 24, 27),
      initiator: fc.constantFrom(0, 0, 0, 1),
      verdict: fc.constantFrom(0, 0, 0, 2),
      scope: fc.constantFrom('', '', 'blue'),
    }),
  })
  .filter(({ src, dst }) => src !== dst)
  .map(({ src, srcPort, dst, dstPort, from, lasts, columns }) =>
    flow(src, srcPort, dst, dstPort, { ...between(from, from + lasts), ...columns }),
  );

it('an hour in slices, in another order or in two deliveries is the same hour', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(observed, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.nat(60),
      async (flows, flowsAtOnce, cut) => {
        const whole = await rolledUp(1_000_000, flows);
        expect(await rolledUp(flowsAtOnce, flows.toReversed())).toEqual(whole);
        expect(await rolledUp(1_000_000, flows.slice(0, cut), flows.slice(cut))).toEqual(whole);
      },
    ),
    { numRuns: 5 },
  );
}, 120_000);
