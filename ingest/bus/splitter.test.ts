import fc from 'fast-check';
import { createRowWalker } from '../model/row-walker';
import { flowLayout, type FlowColumnName } from '../model/flow';
import { readRows, type OutgoingMessage, type RowsMessage } from './message';
import { createSplitter } from './splitter';
import { UUID_BYTES } from './uuid';

const LAYOUT = flowLayout(['received', 'exporter', 'protocol', 'fqdn']);

interface Row {
  readonly exporter: number;
  readonly name: string;
}

function rowBytes({ exporter, name }: Row): Buffer {
  const address = Buffer.from('00000000000000000000ffffc0000200', 'hex');
  address.writeUInt8(exporter, 15);
  return Buffer.concat([Buffer.alloc(8, 7), address, Buffer.of(6, name.length), Buffer.from(name)]);
}

/** Through the splitter in pieces of `step` bytes, as a file is read. */
function split(bytes: Buffer, limit: number, step = bytes.length, layout: readonly FlowColumnName[] = LAYOUT) {
  const splitter = createSplitter({ id: 'a', layout, limit, again: false });
  const messages: OutgoingMessage[] = [];
  for (let from = 0, to = step; from < bytes.length; to += step) {
    const { full, used } = splitter.push(bytes.subarray(from, to));
    messages.push(...full);
    from += used;
  }
  return [...messages, ...splitter.finish()];
}

const incoming = ({ value, headers }: OutgoingMessage): RowsMessage => readRows({ key: null, value, headers });

/** The rows of a message without the segment they begin with. */
function rowsOf({ body, layout }: RowsMessage): string[] {
  const walk = createRowWalker(layout);
  const rows: string[] = [];
  for (let at = 0; at < body.length;) {
    const end = walk(body, at + UUID_BYTES);
    rows.push(body.toString('hex', at + UUID_BYTES, end));
    at = end;
  }
  return rows;
}

describe('splitter', () => {
  const rows = fc.array(
    fc.record({ exporter: fc.nat(4), name: fc.string({ unit: 'grapheme-ascii', maxLength: 60 }) }),
    {
      minLength: 1,
      maxLength: 80,
    },
  );

  it('gives every row once, in order, in messages of one exporter within the limit', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 250, max: 2000 }), (made, limit) => {
        const messages = split(Buffer.concat(made.map(rowBytes)), limit);
        const read = messages.map(incoming);
        expect(messages.every(({ value }) => value.length <= limit)).toBe(true);
        expect(new Set(read.map(({ segment }) => segment)).size).toBe(read.length);
        for (let exporter = 0; exporter <= 4; exporter++) {
          const own = read.filter((_, index) => messages[index]?.key === `192.0.2.${exporter}`);
          const expected = made.filter((row) => row.exporter === exporter).map((row) => rowBytes(row).toString('hex'));
          expect(own.flatMap(rowsOf)).toEqual(expected);
        }
      }),
    );
  });

  it('gives the same messages however the rows are read', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 100, max: 900 }), (made, step) => {
        const bytes = Buffer.concat(made.map(rowBytes));
        expect(split(bytes, 700, step)).toEqual(split(bytes, 700));
      }),
    );
  });

  it('keys an IPv6 exporter by its address, and rows without exporter by none', () => {
    const ipv6 = rowBytes({ exporter: 0, name: '' });
    Buffer.from('20010db8000000000000000000000001', 'hex').copy(ipv6, 8);
    expect(split(ipv6, 1000).map(({ key }) => key)).toEqual(['2001:db8::1']);
    expect(split(Buffer.of(6, 17), 1000, 2, flowLayout(['protocol']))).toMatchObject([
      { key: '::', headers: { rows: '2' } },
    ]);
  });

  it('says when a row is too large for any message, and when a message may have been sent before', () => {
    const row = rowBytes({ exporter: 1, name: 'x'.repeat(100) });
    expect(() => split(row, 200)).toThrow(expect.objectContaining({ code: 'bad-segment' }));
    const splitter = createSplitter({ id: 'a', layout: LAYOUT, limit: 1000, again: true });
    splitter.push(row);
    expect(splitter.finish()).toMatchObject([{ headers: { again: '1' } }]);
  });
});
