import { parseAllDocuments, stringify } from 'yaml';
import { SHOP, of, ruleOf, udp } from '../model/policy.fixture';
import type { Policy } from '../model/policy';
import { mutateLines, mutateTree, survivors, widened, type Mutant } from './mutation.fixture';
import { BACKENDS } from './registry';
import type { Backend, ExportFile } from './backend';

/** Every kind of match and effect that nftables has, and groups closed in every way. */
const WITH_ALL: Policy = {
  ...SHOP,
  sections: [
    ...SHOP.sections,
    {
      id: 'emergency',
      category: 'emergency',
      name: 'Quarantine',
      rules: [
        ruleOf(
          'r-ping',
          [of('app')],
          [of('db')],
          [
            { kind: 'icmp', protocol: 1, type: 8, code: 0 },
            { kind: 'protocol', protocol: 47 },
          ],
        ),
        ruleOf(
          'r-block',
          [{ kind: 'prefix', prefix: '10.0.1.2' }],
          [of('app')],
          [{ kind: 'port', protocol: 6, port: 8443 }],
          'deny',
        ),
        {
          ...ruleOf('r-staged', [{ kind: 'prefix', prefix: '10.0.1.2' }], [of('dns')], [udp(53)], 'deny'),
          alertOnly: true,
        },
      ],
    },
  ],
  closures: [
    { group: 'app', inbound: 'alert', outbound: 'deny' },
    { group: 'db', inbound: 'deny', outbound: 'open' },
    { group: 'web', inbound: 'alert', outbound: 'open' },
  ],
};
const IN_PART: Policy = {
  ...SHOP,
  closures: [
    { group: 'app', inbound: 'deny', outbound: 'open' },
    { group: 'web', inbound: 'open', outbound: 'deny' },
  ],
};

const nftEdits = {
  'delete a rule': [/^ {4}(?!policy|.*name "lo").*(accept|jump|reject)/, undefined],
  'delete a member': [/^ {2}[0-9a-f.:/]+,?$/, undefined],
  'widen a member': [/(?<=^ {2})[0-9a-f.:/]+(?=,?$)/, widened],
  'swap a port': [/(?<=dport (?:\{ )?)\d+/, (port: string) => String(Number(port) + 1)],
  'stretch a range': [/(?<=\d-)\d+(?= \})/, (port: string) => String(Number(port) + 1)],
  'swap a protocol': [/tcp|udp/, (protocol: string) => (protocol === 'tcp' ? 'udp' : 'tcp')],
  'drop a protocol': [/(?:tcp|udp) dport (?:\{[^}]*\}|\S+) /, () => ''],
  'drop an ICMP code': [/ icmp code 0/, () => ''],
  'drop a source': [/ip6? saddr \S+ /, () => ''],
  'drop a destination': [/ip6? daddr \S+ /, () => ''],
  'allow instead': [/reject with icmpx admin-prohibited/, () => 'accept'],
  'refuse instead': [/(?<=counter )accept/, () => 'drop'],
  'delete an alert': [/would deny/, undefined],
  'say otherwise': [/would deny r/, () => 'would allow r'],
  'enforce it': [/limit.*(?=comment)/, () => 'reject with icmpx admin-prohibited '],
  'refuse what is staged': [/jump would_refuse/, () => 'jump refuse'],
  'stage what is refused': [/jump refuse/, () => 'jump would_refuse'],
} as const;

function treeEdit(key: string, value: unknown): readonly unknown[] {
  if ((key === 'cidr' || /^\d+$/.test(key)) && typeof value === 'string' && /^[0-9a-f.:/]+$/.test(value))
    return [widened(value)];
  if (['port', 'endPort', 'first', 'last', 'control', 'type', 'code'].includes(key) && typeof value === 'number')
    return [value + 1];
  if (value === 'TCP') return ['UDP'];
  if (value === 'UDP') return ['TCP'];
  if (value === 6) return [17];
  if (value === 17) return [6];
  if (value === 'allow') return ['deny'];
  if (value === 'deny') return key === 'action' ? ['allow'] : ['alert', 'open'];
  if (value === 'alert') return ['deny', 'open'];
  if (value === 'open') return ['deny', 'alert'];
  if (key === 'ports') return [[]];
  return [];
}

function treeMutants(files: readonly ExportFile[]): Mutant[] {
  return files.flatMap((file) => {
    const isJson = file.path.endsWith('.json');
    const write = isJson
      ? (tree: unknown) => JSON.stringify(tree)
      : (tree: unknown) => (tree as unknown[]).map((each) => stringify(each)).join('---\n');
    const documents = isJson ? JSON.parse(file.text) : parseAllDocuments(file.text).map((each) => each.toJS());
    return mutateTree(documents, treeEdit)
      .filter(({ what }) => !/evidence/.test(what))
      .map(({ what, tree }) => ({
        what,
        files: files.map((each) => (each === file ? { ...file, text: write(tree) } : each)),
      }));
  });
}

const lineMutants = (files: readonly ExportFile[]) => mutateLines(files, nftEdits);
const backend = (name: string): Backend => BACKENDS.get(name.split(' ')[0]!)!;

/** What survives means the same: a second log of one packet, a pod that another policy closes, a group of nobody. */
const EQUIVALENT: Readonly<Record<string, readonly string[]>> = {
  nftables: ['delete a rule: counter accept'],
  'nftables-host': ['delete a rule: counter accept'],
  kubernetes: [
    '[3] dropped',
    '.2.spec.policyTypes[1] dropped',
    '.3.spec.policyTypes[0] dropped',
    '.3.spec.policyTypes[1] dropped',
  ],
  'kubernetes in part': [
    '[1] dropped',
    '[2] dropped',
    '.1.spec.policyTypes[0] dropped',
    '.2.spec.policyTypes[0] dropped',
    '.4.spec.policyTypes[1] dropped',
  ],
  json: ['.policy.appliedTo[4] dropped'],
};

describe.each([
  ['nftables', WITH_ALL, lineMutants],
  ['nftables-host', WITH_ALL, lineMutants],
  ['kubernetes', SHOP, treeMutants],
  ['kubernetes in part', IN_PART, treeMutants],
  ['json', WITH_ALL, treeMutants],
])('mutants of %s', (name, policy, mutate) => {
  const mutants = mutate(backend(name).render(policy).files);

  it('are many, and the original is none of them', () => {
    expect(mutants.length).toBeGreaterThan(80);
    expect(
      survivors(policy, backend(name), [{ what: 'the original', files: backend(name).render(policy).files }]),
    ).toEqual(['the original']);
  });

  it('are caught, all but those that mean the same', () => {
    const left = survivors(policy, backend(name), mutants);
    expect(left).toEqual(EQUIVALENT[name]);
    expect(left.length / mutants.length).toBeLessThan(0.06);
  });
});
