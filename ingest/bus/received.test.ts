import type { RowsMessage } from './message';
import { receivedOf } from './received';
import { UUID_BYTES } from './uuid';

const DAY = 86_400_000_000;

function message(received: readonly number[], layout: RowsMessage['layout'] = ['received', 'fqdn']): RowsMessage {
  const rows = received.map((micros) => {
    const row = Buffer.alloc(UUID_BYTES + 8 + 1 + 3, 3);
    row.writeBigInt64LE(BigInt(micros), UUID_BYTES);
    return row;
  });
  return { segment: '', layout, rows: rows.length, body: Buffer.concat(rows), again: false };
}

describe('receivedOf', () => {
  it('spans the days of all rows', () => {
    const messages = [message([20_000 * DAY + 7, 20_001 * DAY]), message([19_999 * DAY + 1])];
    expect(receivedOf(messages)).toEqual([19_999 * DAY, 20_002 * DAY - 1]);
  });

  it.each([
    ['before 1970', message([-1])],
    ['in a far future', message([Number.MAX_SAFE_INTEGER])],
    ['at no time', message([5], ['protocol', 'fqdn'])],
    ['in a row that breaks off', { ...message([5]), body: message([5]).body.subarray(0, -1) }],
  ])('does not reckon with rows that came %s', (_, odd) => {
    expect(receivedOf([message([DAY]), odd])).toBeUndefined();
  });
});
