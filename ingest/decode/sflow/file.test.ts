import { ethernet, ipv4, tcp } from '../frame/testing/frames';
import { recognise } from '../registry';
import { be, join } from '../testing/datagrams';
import { readFile } from '../testing/reading';
import { counterSample, flowSample, rawHeader, sflow } from './testing/datagrams';

const HEADER = rawHeader(ethernet(0x0800, ipv4({}, tcp(1, 2))));
const datagram = (sequence: number): Uint8Array =>
  sflow({ sequence }, counterSample(sequence), flowSample({ sequence }, HEADER));

describe('a file of sFlow datagrams', () => {
  const whole = join(datagram(1), datagram(2), datagram(3));

  it.each([1, 7, 300, 100_000])('is recognised and read to its end, in chunks of %s', async (chunk) => {
    expect(recognise(whole)?.name).toBe('sflow');
    const { report, rows } = await readFile('sflow', whole, chunk);
    expect(report).toMatchObject({ rows: 3, skipped: 3, rejected: 0, lost: 0, exporters: ['192.0.2.9 domain 0'] });
    expect(rows).toHaveLength(3);
  });

  it('with something else in it goes on behind that', async () => {
    const noise = join(new Uint8Array(70_000), be(5, 4), new Uint8Array(70_000).fill(5));
    const { report } = await readFile('sflow', join(datagram(1), noise, datagram(2)), 4096);
    expect(report).toMatchObject({ rows: 2, rejected: 1 });
    expect(report.rejects).toMatchObject([{ code: 'not-an-export', where: { offset: datagram(1).length } }]);
  });

  it('that breaks off gives what is whole, and says where', async () => {
    const { report } = await readFile('sflow', whole.subarray(0, -5), 4096);
    expect(report).toMatchObject({ rows: 2, rejects: [{ where: { offset: datagram(1).length * 2 } }] });
  });
});
