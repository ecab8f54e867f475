import { createNetflowDecoder } from './decoder';
import { parseState } from './state';
import type { NetflowState } from './state';
import {
  be,
  ipfix,
  ipfixOptionsTemplate,
  join,
  netflow5,
  netflow5Record,
  netflow9,
  netflow9OptionsTemplate,
  SECONDS,
  set,
  template,
  v4,
  varText,
  type FieldSpec,
} from '../testing/datagrams';
import { decodingBy, RECEIVED_MICROS, type Decoding } from '../testing/decoding';

const PAIR: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
];
const pair = join(v4('10.0.0.1'), v4('10.0.0.2'));

function start(state?: NetflowState): Decoding & { state(): NetflowState } {
  const decoder = createNetflowDecoder(state ? { state } : {});
  // As a file gives it back.
  return { ...decodingBy(decoder), state: () => parseState(JSON.parse(JSON.stringify(decoder.state()))) };
}

const announcements: readonly Uint8Array[] = [
  ipfix({ domain: 1 }, set(2, template(256, [...PAIR, [22, 4], [302, 4], [460, 65535], [117, 65535, 6871]]))),
  ipfix(
    { domain: 1 },
    set(
      3,
      ipfixOptionsTemplate(300, 1, [
        [302, 4],
        [305, 4],
        [306, 4],
        [160, 8],
      ]),
    ),
  ),
  ipfix(
    { domain: 1 },
    set(
      300,
      join(be(7, 4), be(1, 4), be(99, 4), be((SECONDS - 500) * 1000, 8)),
      join(be(8, 4), be(1, 4), be(9, 4), be(0, 8)),
    ),
  ),
  netflow9(
    {},
    set(0, template(256, [...PAIR, [10, 4]])),
    set(
      1,
      netflow9OptionsTemplate(257, 1, [
        [2, 4],
        [34, 4],
      ]),
    ),
    set(257, be(3, 4), be(50, 4), be(4, 4), be(60, 4)),
  ),
  netflow5({ sampling: 64 }, netflow5Record()),
];
const data: readonly Uint8Array[] = [
  ipfix({ domain: 1 }, set(256, pair, be(400_000, 4), be(8, 4), varText('a.example'), varText('b'))),
  netflow9({}, set(256, pair, be(4, 4))),
  netflow5({}, netflow5Record()),
  ipfix({ domain: 1 }, set(300, be(9, 4), be(1, 4), be(0, 4), be(0, 8))),
];

it('lets a new decoder go on where another stopped', () => {
  const before = start();
  before.take(...announcements);
  const after = start(before.state());
  expect(after.take(...data)).toEqual(before.take(...data));
  expect(after.take(...data)).toMatchObject([
    { fqdn: 'a.example', sampling_rate: 10, start: (SECONDS - 100) * 1e6 },
    { sampling_rate: 60 },
    { sampling_rate: 64 },
  ]);
  expect(after.state()).toEqual(before.state());
});

it('is replaced by what exporters announce', () => {
  const before = start();
  before.take(ipfix({}, set(2, template(256, PAIR))));
  const after = start(before.state());
  const swapped: readonly FieldSpec[] = [
    [12, 4],
    [8, 4],
  ];
  expect(after.take(ipfix({}, set(2, template(256, swapped)), set(256, pair)))).toMatchObject([{ src: '10.0.0.2' }]);
});

it('does not prolong the life of a template', () => {
  const before = start();
  before.take(ipfix({}, set(2, template(256, PAIR))));
  const after = start(before.state());
  expect(after.takeBy({ later: 3 * 3600 + 1 }, ipfix({}, set(256, pair)))).toEqual([]);
  expect(after.only()).toMatchObject({ templatesExpired: 1, waitingSets: 1 });
});

it('leaves out connections, which end with the process, and domains that said nothing of use', () => {
  const decoding = start();
  decoding.takeBy({ session: 1 }, ipfix({}, set(2, template(256, PAIR))));
  decoding.take(be(7, 40), netflow5({}, netflow5Record()));
  expect(decoding.state()).toEqual({ version: 1, domains: [] });
});

describe('a value that is none', () => {
  const good = {
    exporter: '::1',
    format: 'ipfix',
    domain: 0,
    templates: [{ id: 256, announcedMicros: RECEIVED_MICROS, fields: [[0, 8, 4]] }],
  };
  const [announced] = good.templates;

  it.each<[string, unknown]>([
    ['nothing', null],
    ['text', 'templates'],
    ['no version', { domains: [] }],
    ['another version', { version: 0, domains: [] }],
    ['no domains', { version: 1 }],
    ['a format of no templates', { version: 1, domains: [{ ...good, format: 'sflow' }] }],
    ['a reserved id', { version: 1, domains: [{ ...good, templates: [{ ...announced, id: 2 }] }] }],
    ['a template of no fields', { version: 1, domains: [{ ...good, templates: [{ ...announced, fields: [] }] }] }],
    [
      'a template of too many fields',
      {
        version: 1,
        domains: [{ ...good, templates: [{ ...announced, fields: Array.from({ length: 600 }, () => [0, 8, 4]) }] }],
      },
    ],
    ['a field that is none', { version: 1, domains: [{ ...good, templates: [{ ...announced, fields: [[8, 4]] }] }] }],
    ['a rate of -1', { version: 1, domains: [{ ...good, sampling: { domain: -1 } }] }],
  ])('%s is refused', (_, value) => {
    expect(() => parseState(value)).toThrow(expect.objectContaining({ code: 'bad-decoder-state' }));
  });

  it('says where', () => {
    expect(() => parseState({ version: 1, domains: [good, { ...good, domain: 'x' }] })).toThrow(/domains\.1\.domain/);
  });

  it('is refused no more than it must be: what a later version adds is passed over', () => {
    expect(parseState({ version: 1, domains: [{ ...good, colour: 1 }], saved: 'today' })).toEqual({
      version: 1,
      domains: [good],
    });
  });
});

it('passes over a template of records without bytes', () => {
  const fields = [[0, 8, 0]] as const;
  const domain = { exporter: '::1', format: 'ipfix', domain: 0 } as const;
  const state: NetflowState = {
    version: 1,
    domains: [{ ...domain, templates: [{ id: 256, announcedMicros: 0, fields }] }],
  };
  expect(start(state).only()).toMatchObject({ templates: 0 });
});
