import { managed } from '../../quality/estate';
import { crowdOfWorkloads, nameApplication } from './names';

const named = (hosts: readonly string[], label: string | null = null) => {
  const workloads = hosts.map((host) => managed(host));
  const everyone = crowdOfWorkloads([...workloads, ...['a1', 'b1', 'c1', 'd1', 'e1'].map((host) => managed(host))]);
  return nameApplication({ workloads, label, purpose: 'web' }, null, everyone);
};

describe('nameApplication', () => {
  it.each([
    [['prd-shop-web-1', 'prd-shop-db-1']],
    [['stg-shop-web-1', 'stg-shop-db-1']],
    [['tst-shop-web-1', 'tst-shop-db-1']],
    [['shop-live-web-1', 'shop-live-db-1']],
  ])('takes no environment for the name of %j', (hosts) => {
    expect(named(hosts)).toBe('shop');
  });

  it('passes over a label that shows as nothing', () => {
    expect(named(['shop-web-1', 'shop-db-1'], '\u3164')).toBe('shop');
    expect(named(['shop-web-1', 'shop-db-1'], 'Store\n')).toBe('Store');
  });
});
