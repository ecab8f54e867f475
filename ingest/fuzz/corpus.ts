import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isExport } from '../decode/datagram';
import type { DecodedFormat } from '../decode/format';
import { FORMATS } from '../decode/registry';
import {
  be,
  ipfix,
  ipfixOptionsTemplate,
  join as joined,
  netflow5,
  netflow5Record,
  netflow9,
  netflow9OptionsTemplate,
  set,
  template,
  v4,
  varText,
  type FieldSpec,
} from '../decode/testing/datagrams';

/** Longer files are left out: mutating a part of them finds the same. */
const LONGEST_FILE = 256 << 10;
const MOST_FILES = 2000;

/** Formats whose bytes are decoded by our own code. */
export const DECODED: readonly DecodedFormat[] = FORMATS.filter((format) => format.kind === 'decoded');

/** Datagrams of all versions, and what a folder holds that one of our decoders takes. */
export function gatherCorpus(folder?: string): Uint8Array[] {
  const files = folder === undefined ? [] : filesIn(folder).map((path) => new Uint8Array(readFileSync(path)));
  const taken = files.filter((bytes) => isExport(bytes) || DECODED.some((format) => format.recognise(bytes)));
  return [...madeDatagrams(), ...taken];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => {
      const { size } = statSync(path);
      return size > 0 && size <= LONGEST_FILE;
    })
    .filter((path) => statSync(path).isFile())
    .sort()
    .slice(0, MOST_FILES);
}

const CLASSIC: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
  [22, 4],
  [21, 4],
  [10, 4],
  [48, 2],
  [4, 1],
];
const NAMED: readonly FieldSpec[] = [
  [27, 16],
  [28, 16],
  [152, 8],
  [95, 4],
  [234, 4],
  [96, 0xffff],
  [951, 16, 6876],
];

function madeDatagrams(): Uint8Array[] {
  const classic = joined(
    v4('10.0.0.1'),
    v4('10.0.0.2'),
    be(3_599_000, 4),
    be(3_599_500, 4),
    be(3, 4),
    be(7, 2),
    be(6, 1),
  );
  const named = joined(be(1, 16), be(2, 16), be(1_700_000_000_000, 8), be(0x0d00_01af, 4), be(3, 4), varText('teams'));
  const sampler: readonly FieldSpec[] = [
    [302, 4],
    [305, 4],
    [306, 4],
    [335, 0xffff],
  ];
  return [
    netflow5({ sampling: 64 }, netflow5Record(), netflow5Record()),
    netflow9({}, set(0, template(256, CLASSIC)), set(256, classic, classic, classic)),
    netflow9(
      {},
      set(
        1,
        netflow9OptionsTemplate(257, 1, [
          [2, 4],
          [34, 4],
          [82, 8],
        ]),
      ),
      set(257, be(3, 4), be(100, 4), be(0x4769_302f_3100_0000n, 8)),
    ),
    ipfix({}, set(2, template(258, NAMED)), set(258, named, be(5, 16), named, be(6, 16))),
    ipfix({}, set(3, ipfixOptionsTemplate(259, 1, sampler)), set(259, be(7, 4), be(1, 4), be(99, 4), varText('edge'))),
    ipfix({}, set(2, be(258, 2), be(0, 2))),
  ];
}
