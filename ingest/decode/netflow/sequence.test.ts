import { Sequence, type Units } from './sequence';

const of = (all: number, flows = all): Units => ({ all, flows });

type Step = readonly [sequence: number, units: Units | undefined, seconds?: number, uptime?: number];

function follow(steps: readonly Step[]): Sequence {
  const sequence = new Sequence();
  for (const [number, units, seconds = 1000, uptime] of steps) sequence.advance(number, units, seconds * 1e6, uptime);
  return sequence;
}

describe('sequence', () => {
  it.each<[string, readonly Step[], { lost: number; restarts: number }]>([
    [
      'nothing missing',
      [
        [10, of(5)],
        [15, of(7)],
        [22, of(1)],
      ],
      { lost: 0, restarts: 0 },
    ],
    [
      'a gap',
      [
        [10, of(5)],
        [18, of(7)],
      ],
      { lost: 3, restarts: 0 },
    ],
    [
      'the wrap at 2^32',
      [
        [2 ** 32 - 2, of(5)],
        [3, of(1)],
      ],
      { lost: 0, restarts: 0 },
    ],
    [
      'datagrams that changed places',
      [
        [10, of(5)],
        [20, of(5)],
        [15, of(5)],
        [25, of(5)],
      ],
      { lost: 0, restarts: 0 },
    ],
    [
      'an exporter that started anew',
      [
        [900_000, of(5)],
        [0, of(5)],
        [5, of(5)],
      ],
      { lost: 0, restarts: 1 },
    ],
    [
      'a gap that time does not explain',
      [
        [10, of(5)],
        [1_500_000_000, of(5)],
      ],
      { lost: 0, restarts: 1 },
    ],
    [
      'a long silence with much missing',
      [
        [10, of(5), 1000],
        [50_000_015, of(5), 1060],
      ],
      { lost: 50_000_000, restarts: 0 },
    ],
    [
      'an uptime that went back',
      [
        [10, of(1), 1000, 900_000],
        [12, of(1), 1001, 1_000],
      ],
      { lost: 0, restarts: 1 },
    ],
    [
      'an uptime that wrapped',
      [
        [10, of(1), 1000, 2 ** 32 - 1000],
        [11, of(1), 1002, 1000],
      ],
      { lost: 0, restarts: 0 },
    ],
    [
      'records nobody could count',
      [
        [10, undefined],
        [500, of(1)],
      ],
      { lost: 0, restarts: 0 },
    ],
    [
      'a datagram that came twice',
      [
        [10, of(5)],
        [18, of(7)],
        [18, of(7)],
        [10, of(5)],
        [25, of(1)],
      ],
      { lost: 3, restarts: 0 },
    ],
    [
      'what was missing, late and twice',
      [
        [10, of(5)],
        [25, of(5)],
        [20, of(5)],
        [20, of(5)],
        [30, of(5)],
      ],
      { lost: 5, restarts: 0 },
    ],
    [
      'numbers that began anew at a low count, without an uptime',
      [[500, of(10)], ...Array.from({ length: 12 }, (_, index): Step => [index * 10, of(10)]), [130, of(10)]],
      { lost: 10, restarts: 1 },
    ],
    [
      'messages of nothing but options or templates',
      [
        [10, of(5)],
        [15, of(2, 0)],
        [17, of(0)],
        [17, of(5)],
        [22, of(0)],
        [22, of(1)],
      ],
      { lost: 0, restarts: 0 },
    ],
    [
      'numbers that count the message itself',
      [
        [5, of(5)],
        [12, of(7)],
        [13, of(1)],
      ],
      { lost: 0, restarts: 0 },
    ],
    [
      'numbers that leave options out',
      [
        [0, of(6, 5)],
        [5, of(7)],
        [12, of(2, 1)],
        [13, of(1)],
      ],
      { lost: 0, restarts: 0 },
    ],
  ])('%s', (_, steps, expected) => {
    expect(follow(steps)).toMatchObject(expected);
  });
});
