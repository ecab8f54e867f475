import { managed } from '../../quality/estate';
import { canonicalEnvironment, environmentsOf } from './environments';

const environments = (names: readonly string[]) =>
  environmentsOf(
    names.map((name) => managed(name)),
    1,
  );

describe('environmentsOf', () => {
  it.each([
    ['a word that tells copies from the originals', ['shop-web-01', 'shop-dev-web-01'], ['prod', 'dev']],
    ['whatever the numbers and the domain', ['shop-web-7.corp', 'stg-shop-web-01', 'hr-db'], ['prod', 'stage', null]],
    ['spelled in several ways', ['prd-shop-db', 'tst-shop-db2', 'shop-uat-db1'], ['prod', 'test', 'uat']],
    ['but not a word without a counterpart', ['test-web-1', 'shop-web-1'], [null, null]],
    ['nor addresses', ['10.0.0.1', '10.0.0.2'], [null, null]],
  ])('knows %s', (_, names, expected) => {
    expect(environments(names)).toEqual(expected);
  });

  it('believes the inventory before names, unless labels are not looked at', () => {
    const workloads = [managed('shop-web-1', { env: 'Staging' }), managed('shop-dev-web-1')];
    expect(environmentsOf(workloads, 1)).toEqual(['Staging', 'dev']);
    expect(environmentsOf(workloads, 0)).toEqual(['prod', 'dev']);
    expect(canonicalEnvironment('Staging')).toBe(canonicalEnvironment('stg'));
  });
});
