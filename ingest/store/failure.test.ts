import { loadError, storeError } from './failure';

const clickhouse = (code: number, message: string) => Object.assign(new Error(message), { code: String(code) });
const system = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

const away = { code: 'store-unavailable', retriable: true };

describe('what went wrong with a statement', () => {
  it.each([
    [241, 'memory limit exceeded', 'memory limit exceeded'],
    [252, 'Too many parts', 'merges cannot keep up'],
    [243, 'not enough space', 'more room on its disk'],
    [75, 'Cannot write to file', 'more room on its disk'],
    [516, 'Authentication failed', 'store.user and store.password'],
    [497, 'Not enough privileges', 'docs/clickhouse.md'],
    [60, 'Table does not exist', 'when it starts'],
    [999, 'Session expired', 'Session expired'],
  ])('code %i passes, from a server and from the embedded engine', (code, message, expected) => {
    const embedded = new Error(`Code: ${code}. DB::Exception: ${message}. (SOME_TYPE)`);
    for (const cause of [clickhouse(code, message), embedded])
      expect(storeError('SELECT 1', cause)).toMatchObject({
        ...away,
        message: expect.stringContaining(expected),
        cause,
      });
  });

  it.each([
    ['ECONNREFUSED', 'cannot be reached'],
    ['ECONNRESET', 'cannot be reached'],
    ['ENETUNREACH', 'cannot be reached'],
    ['ERR_STREAM_PREMATURE_CLOSE', 'cannot be reached'],
    ['HPE_INVALID_CONSTANT', 'cannot be reached'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'store.tls.ca'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'store.tls.ca'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another name'],
  ])('%s passes', (code, expected) => {
    expect(storeError('SELECT 1', system(code))).toMatchObject({ ...away, message: expect.stringContaining(expected) });
  });

  it.each([
    ['a page of a proxy', new Error('<html>502 Bad Gateway</html>'), '502 Bad Gateway'],
    ['an answer that broke off', new SyntaxError('Unexpected end of JSON input'), 'broke off'],
    ['an exception in the rows', new SyntaxError(`"Code: 241. DB"... is not valid JSON`), 'code 241'],
    ['no space, whatever the code', clickhouse(49, 'write: No space left on device'), 'more room on its disk'],
    ['silence', new Error('Timeout error.'), 'timeout'],
  ])('%s passes', (_, cause, expected) => {
    expect(storeError('SELECT 1', cause)).toMatchObject({ ...away, message: expect.stringContaining(expected) });
  });

  it.each([
    ['an exception about the statement', clickhouse(47, 'Unknown identifier')],
    ['an error of ours', new TypeError('x is not a function')],
    ['a file that is not there', system('ENOENT')],
  ])('%s does not pass', (_, cause) => {
    expect(storeError('SELECT  1', cause)).toMatchObject({
      code: 'store-query',
      retriable: false,
      where: { statement: 'SELECT 1' },
    });
  });

  it('is told in short where the engine repeats the whole statement, and kept whole', () => {
    const cause = clickhouse(207, `ambiguous identifier 'hour'. In scope ${'SELECT a, '.repeat(3000)}`);
    const { message, cause: kept } = storeError('SELECT 1', cause);
    expect(message).toMatch(/^ClickHouse refused "SELECT 1": ambiguous identifier 'hour'.*…$/);
    expect(message.length).toBeLessThan(600);
    expect(kept).toBe(cause);
  });

  it('is the segment where its rows cannot be read', () => {
    expect(loadError('s1', 'INSERT', clickhouse(33, 'Cannot read all data'))).toMatchObject({
      code: 'bad-segment',
      retriable: false,
      where: { segment: 's1' },
    });
    expect(loadError('s1', 'INSERT', clickhouse(252, 'Too many parts'))).toMatchObject(away);
    expect(storeError('INSERT', clickhouse(33, 'Cannot read all data'))).toMatchObject({ code: 'store-query' });
  });
});
