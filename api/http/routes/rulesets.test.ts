import { BACKENDS, exportPolicy } from '../../../recommender/export';
import { SHOP } from '../../../recommender/model/policy.fixture';
import { serveForTests } from './served.fixture';

jest.setTimeout(60_000);

describe('the routes of rulesets', () => {
  const served = serveForTests();
  const { files } = exportPolicy(SHOP, BACKENDS.get('nftables')!);

  const call = (method: 'GET' | 'POST', path: string, given?: unknown) =>
    served.call(method, `/policies${path}`, given);
  const read = (more: object) => call('POST', '/import', { backend: 'nftables', files, by: 'ann', ...more });

  it('make a draft of files, or only say what it would be', async () => {
    expect(await read({ dryRun: true })).toMatchObject({ status: 200, body: { policy: null, remarks: [] } });
    expect((await call('GET', '')).body).toEqual([]);
    expect(await read({ name: 'router' })).toMatchObject({
      status: 201,
      body: { policy: { name: 'router', head: 1 } },
    });
    expect(await call('GET', '/router')).toMatchObject({ status: 200 });
  });

  it('say what could be tidied up, without traffic as far as that goes', async () => {
    const again = (line: string) => `${line.replace('r-app-db', 'r-first')}\n${line}`;
    const twice = files.map(({ path, text }) => ({ path, text: text.replace(/^.*comment "r-app-db"$/m, again) }));
    await read({ name: 'twice', files: twice });
    expect(await call('GET', '/twice/cleanup')).toMatchObject({
      status: 200,
      body: { window: null, rules: 7, findings: [{ kind: 'shadowed', rule: 'r-app-db', by: ['r-first'] }] },
    });
  });

  it('refuse what cannot be read, naming where', async () => {
    expect(await read({ files: [{ path: 'x.nft', text: 'table inet t { chain f { nonsense } }' }] })).toMatchObject({
      status: 400,
      body: { code: 'bad-export', detail: expect.stringContaining('x.nft:1: expected a match') as string },
    });
    expect(await read({ backend: 'iptables' })).toMatchObject({ status: 400 });
    expect(await call('GET', '/nobody/cleanup')).toMatchObject({ status: 404 });
  });
});
