import * as fc from 'fast-check';
import { parseMoment } from './moment';

const TEN = Date.UTC(2026, 10, 21, 10);

describe('moments', () => {
  it.each([
    '2026-11-21T10:00:00Z',
    '2026-11-21T10:00:00.000Z',
    '2026-11-21 10:00',
    '2026-11-21 10:00:00 UTC',
    '2026/11/21 10:00:00',
    '2026-11-21T11:00:00+01:00',
    '2026-11-21T04:30:00.0000000-0530',
    '1795255200',
    '1795255200.0',
    '1795255200000',
    '/Date(1795255200000)/',
    '11/21/2026 10:00:00 AM',
  ])('%s', (text) => {
    expect(parseMoment(text)).toBe(TEN);
  });

  it.each([
    ['2026-11-21', Date.UTC(2026, 10, 21)],
    ['11/21/2026 12:05:00 AM', Date.UTC(2026, 10, 21, 0, 5)],
    ['11/21/2026 12:05:00 PM', Date.UTC(2026, 10, 21, 12, 5)],
    ['2026-11-21T10:00:00.1239Z', TEN + 123],
  ])('%s', (text, moment) => {
    expect(parseMoment(text)).toBe(moment);
  });

  it.each([
    '',
    'never',
    '2026-04-31',
    '2026-13-01',
    '2026-11-21T24:00',
    '21.11.2026 10:00',
    '21/11/2026 10:00',
    '1601-01-01',
    '42',
  ])('%j is none', (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });

  it('reads back what ISO 8601 writes', () => {
    const dates = fc.date({ min: new Date('1900-01-01'), max: new Date('2299-12-30'), noInvalidDate: true });
    fc.assert(fc.property(dates, (date) => expect(parseMoment(date.toISOString())).toBe(date.getTime())));
  });
});
