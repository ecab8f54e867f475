import { wellKnownLabels } from './well-known-labels';

describe('well-known labels', () => {
  it.each<{ tags: Record<string, string>; labels: Record<string, string> }>([
    { tags: { Application: 'shop', TIER: 'web' }, labels: { app: 'shop', role: 'web' } },
    { tags: { Environment: 'prod', 'Data Center': 'fra1' }, labels: { env: 'prod', loc: 'fra1' } },
    { tags: { Role: 'db', Tier: 'data' }, labels: { role: 'db', tier: 'data' } },
    {
      tags: { 'app.kubernetes.io/name': 'cart', 'app.kubernetes.io/part-of': 'shop' },
      labels: { app: 'shop', 'app.kubernetes.io/name': 'cart' },
    },
    { tags: { Name: '', ' ': 'x', Owner: ' net ' }, labels: { owner: 'net' } },
    { tags: { Owner: 'a', owner: 'b' }, labels: { owner: 'a' } },
    { tags: { Region: 'eu-central-1', Site: 'fra1' }, labels: { loc: 'fra1', region: 'eu-central-1' } },
    { tags: { Note: 'x'.repeat(300) }, labels: { note: 'x'.repeat(256) } },
  ])('$tags', ({ tags, labels }) => {
    expect(wellKnownLabels(tags)).toEqual(labels);
  });

  it('takes the key a person names instead of the usual spellings', () => {
    const tags = { Application: 'shop', CostUnit: 'cu-7', Team: 'net' };
    expect(wellKnownLabels(tags, { app: 'costunit', owner: 'Team' })).toEqual({
      app: 'cu-7',
      application: 'shop',
      owner: 'net',
    });
  });

  it('takes a key for one label only, and that a person named it for first', () => {
    expect(wellKnownLabels({ Tier: 'cart', Component: 'web' }, { app: 'tier' })).toEqual({ app: 'cart', role: 'web' });
  });

  it('keeps hostile keys as plain labels', () => {
    const labels = wellKnownLabels(JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>);
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
