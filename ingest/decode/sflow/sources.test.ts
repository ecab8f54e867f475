import { ethernet, ipv4, tcp } from '../frame/testing/frames';
import { counterSample, discardedSample, flowSample, rawHeader, sflow } from './testing/datagrams';
import { startSflow } from './testing/decoding';

const HEADER = rawHeader(ethernet(0x0800, ipv4({}, tcp(1, 2))));

/** What is lost after datagrams of the samples of one source, by their numbers. */
function lostAfter(...sequences: readonly number[]): number {
  const decoding = startSflow();
  sequences.forEach((sequence, index) => decoding.take(sflow({ sequence: index }, flowSample({ sequence }, HEADER))));
  return decoding.only().lost;
}

describe('samples lost', () => {
  it.each<[string, number[], number]>([
    ['nothing', [7, 8, 9], 0],
    ['a gap', [7, 8, 11, 12], 2],
    ['a gap over the wrap', [0xffff_fffe, 1], 2],
    ['what came late', [7, 9, 8, 10], 0],
    ['what came twice', [7, 8, 8, 8, 9], 0],
    ['a gap, filled once and then repeated', [7, 10, 8, 8, 11], 1],
    ['numbers that never change', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0],
    ['a count that starts anew nearby', [500, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13], 2],
    ['a count that starts anew far away', [2_000_000_000, 1, 2, 4], 1],
  ])('are counted: %s', (_, sequences, lost) => expect(lostAfter(...sequences)).toBe(lost));

  it('are each source’s own, and not those of counters', () => {
    const decoding = startSflow();
    decoding.take(
      sflow(
        { sequence: 1 },
        flowSample({ source: 1, sequence: 10 }, HEADER),
        flowSample({ source: 2, sequence: 90 }, HEADER),
      ),
      sflow({ sequence: 2 }, counterSample(55), flowSample({ source: 2, sequence: 92 }, HEADER)),
      sflow({ sequence: 3 }, discardedSample({ source: 1, sequence: 1 }, HEADER)),
      sflow({ sequence: 4 }, flowSample({ source: 1, sequence: 11 }, HEADER)),
      sflow({ sequence: 5 }, discardedSample({ source: 1, sequence: 4 }, HEADER)),
    );
    expect(decoding.only()).toMatchObject({ lost: 1 + 2, lostUnit: 'records', restarts: 0 });
  });

  it('are also those that the agent could not take', () => {
    const decoding = startSflow();
    [1000, 1000, 1004].forEach((drops, sequence) =>
      decoding.take(sflow({ sequence }, flowSample({ sequence, drops }, HEADER))),
    );
    expect(decoding.only().lost).toBe(4);
  });

  it('are none over a restart, which the uptime tells', () => {
    const decoding = startSflow();
    decoding.take(
      sflow({ sequence: 500, uptime: 9_000_000 }, flowSample({ sequence: 70, drops: 5 }, HEADER)),
      sflow({ sequence: 1, uptime: 2000 }, flowSample({ sequence: 80, drops: 9 }, HEADER)),
    );
    expect(decoding.only()).toMatchObject({ lost: 0, restarts: 1 });
  });

  it('are followed for as many sources as there is room for', () => {
    const decoding = startSflow({ limits: { dataSources: 2 } });
    const take = (source: number, sequence: number): void =>
      void decoding.take(sflow({ sequence: 1 }, flowSample({ source, sequence }, HEADER)));
    for (const source of [1, 2, 3]) take(source, 10);
    take(1, 20);
    expect(decoding.only().lost).toBe(0);
    take(3, 20);
    expect(decoding.only().lost).toBe(9);
  });
});
