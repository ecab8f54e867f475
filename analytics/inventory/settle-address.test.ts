import fc from 'fast-check';
import { settleAddress, type RankedClaim } from './settle-address';

const claim = (workload: string, since: number, until: number, rank = 1, source = 's'): RankedClaim => ({
  workload,
  source,
  key: workload,
  since,
  until,
  rank,
});
const spans = (claims: readonly RankedClaim[]) =>
  settleAddress(claims).owners.map(({ workload, since, until }) => [workload, since, until]);

describe('claims on one address', () => {
  it.each<[string, RankedClaim[], [string, number, number][]]>([
    [
      'follow each other',
      [claim('b', 10, 20), claim('a', 0, 10)],
      [
        ['a', 0, 10],
        ['b', 10, 20],
      ],
    ],
    [
      'leave a gap',
      [claim('a', 0, 5), claim('a', 7, 9)],
      [
        ['a', 0, 5],
        ['a', 7, 9],
      ],
    ],
    ['are one where they speak of one workload', [claim('a', 0, 5, 1), claim('a', 3, 9, 2)], [['a', 0, 9]]],
    ['go to whom is trusted most', [claim('a', 0, 9, 2), claim('b', 0, 9, 1)], [['b', 0, 9]]],
    [
      'come back to the lesser once the trusted one has ended',
      [claim('a', 0, 9, 2), claim('b', 3, 5, 1)],
      [
        ['a', 0, 3],
        ['b', 3, 5],
        ['a', 5, 9],
      ],
    ],
    [
      'of equal trust go to the later: a lease within a reservation',
      [claim('reserved', 0, 100), claim('leased', 10, 20)],
      [
        ['reserved', 0, 10],
        ['leased', 10, 20],
        ['reserved', 20, 100],
      ],
    ],
    ['that last no second are nobody’s', [claim('a', 5, 5)], []],
  ])('%s', (_, claims, expected) => {
    expect(spans(claims)).toEqual(expected);
  });

  it('contradict each other for as long as both stand, unless they speak of one workload', () => {
    const { contests } = settleAddress([claim('a', 0, 9, 1), claim('b', 5, 20, 2), claim('a', 2, 7, 3, 'other')]);
    expect(contests).toMatchObject([{ workload: 'a', since: 5, until: 9, other: { workload: 'b' } }]);
  });
});

const claims = fc.array(
  fc
    .record({
      workload: fc.constantFrom('a', 'b', 'c'),
      source: fc.constantFrom('x', 'y'),
      key: fc.constantFrom('1', '2', '3'),
      since: fc.integer({ min: 0, max: 20 }),
      length: fc.integer({ min: 0, max: 10 }),
      rank: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ length, ...rest }) => ({ ...rest, until: rest.since + length })),
  { maxLength: 12 },
);

describe('settled, whatever was claimed', () => {
  it('an address has one owner at a time, one that is trusted no less than anybody who claims it then', () => {
    fc.assert(
      fc.property(claims, (given) => {
        const { owners } = settleAddress(given);
        for (let second = 0; second < 31; second++) {
          const holding = owners.filter(({ since, until }) => since <= second && second < until);
          const claiming = given.filter(({ since, until }) => since <= second && second < until);
          expect(holding).toHaveLength(claiming.length > 0 ? 1 : 0);
          const best = Math.min(...claiming.map(({ rank }) => rank));
          const trusted = new Set<string>(claiming.filter(({ rank }) => rank === best).map(({ workload }) => workload));
          expect(holding.every(({ workload }) => trusted.has(workload))).toBe(true);
        }
      }),
    );
  });

  it('is the same in whatever order they were made', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          claims.map(([first]) => first).filter((each) => each !== undefined),
          {
            selector: ({ source, key, since }) => `${source} ${key} ${since}`,
            maxLength: 10,
          },
        ),
        (given) => {
          const backwards = settleAddress([...given].reverse());
          const { owners, contests } = settleAddress(given);
          expect(backwards.owners).toEqual(owners);
          expect(new Set(backwards.contests.map((each) => JSON.stringify(each)))).toEqual(
            new Set(contests.map((each) => JSON.stringify(each))),
          );
        },
      ),
    );
  });
});
