import { be, ipfix, join, set, template, v4, varText, type FieldSpec } from '../testing/datagrams';
import { startDecoding } from '../testing/decoding';
import type { Row } from '../testing/row-reader';

const VARIABLE = 0xffff;
const [BASIC, SUB_TEMPLATE, SUB_TEMPLATE_MULTI] = [291, 292, 293];
const ALL_OF = 3;
const sized = (value: Uint8Array, longForm = false): Uint8Array =>
  join(longForm ? join(be(255, 1), be(value.length, 2)) : be(value.length, 1), value);

const basicList = (id: number, length: number, values: readonly Uint8Array[], enterprise?: number): Uint8Array =>
  enterprise === undefined
    ? join(be(ALL_OF, 1), be(id, 2), be(length, 2), ...values)
    : join(be(ALL_OF, 1), be(id | 0x8000, 2), be(length, 2), be(enterprise, 4), ...values);
const subTemplateList = (id: number, ...records: readonly Uint8Array[]): Uint8Array =>
  join(be(ALL_OF, 1), be(id, 2), ...records);
const subTemplateMultiList = (...parts: readonly (readonly [id: number, ...records: Uint8Array[]])[]): Uint8Array =>
  join(
    be(ALL_OF, 1),
    ...parts.map(([id, ...records]) => join(be(id, 2), be(4 + join(...records).length, 2), ...records)),
  );

const hosts = basicList(117, VARIABLE, [varText('a.example'), varText('b.example')], 6871);
const LISTS: readonly (readonly [string, number, Uint8Array])[] = [
  ['a basicList', BASIC, basicList(2, 4, [be(1, 4), be(2, 4)])],
  ['a basicList of an enterprise', BASIC, basicList(1013, 2, [be(1, 2)], 8057)],
  ['an empty basicList', BASIC, basicList(2, 4, [])],
  ['a subTemplateList', SUB_TEMPLATE, subTemplateList(300, be(1, 6), be(2, 6))],
  ['an empty subTemplateList', SUB_TEMPLATE, subTemplateList(300)],
  ['a subTemplateMultiList', SUB_TEMPLATE_MULTI, subTemplateMultiList([300, be(1, 6)], [301, varText('x')])],
  ['a basicList of lists', BASIC, basicList(BASIC, VARIABLE, [sized(basicList(2, 4, [be(1, 4)])), sized(hosts, true)])],
  ['a list within a list of records', SUB_TEMPLATE, subTemplateList(302, sized(hosts), sized(hosts, true))],
  [
    'records that hold lists of records',
    SUB_TEMPLATE_MULTI,
    subTemplateMultiList([302, sized(subTemplateList(300, be(1, 6)))]),
  ],
  [
    'a long list',
    BASIC,
    basicList(
      2,
      4,
      Array.from({ length: 200 }, (_, index) => be(index, 4)),
    ),
  ],
];

const AROUND: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
];
const decode = (fields: readonly FieldSpec[], record: Uint8Array): Row[] =>
  startDecoding().take(ipfix({}, set(2, template(256, fields)), set(256, record, record)));
const before = join(v4('10.0.0.1'), v4('10.0.0.2'));
const expected = { src: '10.0.0.1', dst: '10.0.0.2', src_port: 80, l7: 'http' };

describe('structured data (RFC 6313)', () => {
  it.each(LISTS)('%s is passed over in any encoding of its length', (_, id, list) => {
    const lengths: readonly (readonly [number, Uint8Array])[] = [
      ...(list.length < 255 ? [[VARIABLE, sized(list)] as const] : []),
      [VARIABLE, sized(list, true)],
      [list.length, list],
    ];
    for (const [length, value] of lengths) {
      const fields: readonly FieldSpec[] = [...AROUND, [id, length], [7, 2], [96, VARIABLE]];
      expect(decode(fields, join(before, value, be(80, 2), varText('http')))).toMatchObject([expected, expected]);
    }
  });

  it.each([
    ['of YAF', hosts, 'a.example'],
    ['of IANA', basicList(460, VARIABLE, [varText('c.example')]), 'c.example'],
    ['of a fixed length', basicList(460, 9, [new TextEncoder().encode('d.example')]), 'd.example'],
    ['in the long form', basicList(460, VARIABLE, [varText('e.example', true)]), 'e.example'],
    ['that is empty', basicList(460, VARIABLE, []), ''],
    ['that is cut short', basicList(460, VARIABLE, [be(200, 1), be(0x61, 1)]), ''],
    ['of something else', basicList(112, VARIABLE, [varText('/index')], 6871), ''],
    ['of no more than its semantic', be(ALL_OF, 1), ''],
  ])('a basicList of host names %s gives its first', (_, list, fqdn) => {
    const fields: readonly FieldSpec[] = [...AROUND, [BASIC, VARIABLE], [7, 2]];
    expect(decode(fields, join(before, sized(list), be(80, 2)))).toMatchObject([{ fqdn, src_port: 80 }, { fqdn }]);
  });

  it('a host name of its own goes before a list', () => {
    const fields: readonly FieldSpec[] = [...AROUND, [BASIC, VARIABLE], [460, VARIABLE]];
    expect(decode(fields, join(before, sized(hosts), varText('own.example')))).toMatchObject([
      { fqdn: 'own.example' },
      { fqdn: 'own.example' },
    ]);
  });
});
