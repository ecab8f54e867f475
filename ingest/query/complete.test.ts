import { complete } from './complete';
import { FIELDS } from './testing/fields';

/** `|` is the cursor. */
const at = async (text: string, values: readonly string[] = []) => {
  const offset = text.indexOf('|');
  const { from, to, items } = await complete(FIELDS, text.replace('|', ''), offset, () => Promise.resolve(values));
  return { replaced: text.replace('|', '').slice(from, to), items: items.map((item) => item.text) };
};

it.each([
  ['|', '', ['client', 'host', 'port', 'established', 'client.app', 'client.workload', 'not', '(']],
  ['po|', 'po', ['port']],
  ['port 80 and cl|rest', 'cl', ['client', 'client.workload', 'client.role']],
  ['port |', '', ['=', '!=', 'in', 'not in', '<']],
  ['port n|', 'n', ['not in']],
  ['port = 80 |', '', ['and', 'or']],
  ['(port = 80 |', '', ['and', 'or', ')']],
  ['protocol |', '', ['=', 'tcp', 'udp']],
  ['protocol = |', '', ['tcp', 'udp']],
  ['protocol in (tcp, u|', 'u', ['udp']],
  ['established |', '', ['and', 'or']],
  ['client |', '', ['is', 'is not', '=', 'in']],
  ['seen > -|', '-', ['-1h', '-24h']],
  ['not |', '', ['port', 'not', '(']],
])('offers at %s instead of %j %j', async (text, replaced, items) => {
  const found = await at(text);
  expect(found.replaced).toBe(replaced);
  expect(found.items).toEqual(expect.arrayContaining(items));
});

it('offers values that occur in the data, in quotes where they need them', async () => {
  expect(await at('l7 = |', ['ssl', 'two words'])).toEqual({ replaced: '', items: ['ssl', '"two words"'] });
  expect(await at('l7 = "two|', ['ssl', 'two words'])).toEqual({ replaced: '"two', items: ['"two words"'] });
});

it.each(['prot 80 and |', 'port & |', 'port 80 80 |'])(
  'offers nothing behind what it does not understand: %s',
  async (text) => {
    expect((await at(text)).items).toEqual([]);
  },
);
