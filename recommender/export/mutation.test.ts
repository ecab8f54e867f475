import { parseAllDocuments, stringify } from 'yaml';
import { SHOP, of, ruleOf } from '../model/policy.fixture';
import type { Policy } from '../model/policy';
import { mutateLines, mutateTree, survivors, widened, type Mutant } from './mutation.fixture';
import { BACKENDS } from './registry';
import type { Backend, ExportFile } from './backend';

/** Every kind of match that nftables has. */
const WITH_ICMP: Policy = {
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
      ],
    },
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
  if (value === 'deny') return ['allow'];
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
const backend = (name: string): Backend => BACKENDS.get(name)!;

/** What survives means the same: a refusal that the default repeats, a pod that another policy closes, a group of nobody. */
const EQUIVALENT: Readonly<Record<string, readonly unknown[]>> = {
  nftables: [
    expect.stringMatching(/^drop a protocol: .*r-block/),
    expect.stringMatching(/^drop a destination: .*r-block/),
  ],
  'nftables-host': [
    expect.stringMatching(/^drop a protocol: .*r-block/),
    expect.stringMatching(/^drop a destination: .*r-block/),
  ],
  kubernetes: [
    '[3] dropped',
    '.2.spec.policyTypes[1] dropped',
    '.3.spec.policyTypes[0] dropped',
    '.3.spec.policyTypes[1] dropped',
  ],
  json: ['.policy.appliedTo[4] dropped'],
};

describe.each([
  ['nftables', WITH_ICMP, lineMutants],
  ['nftables-host', WITH_ICMP, lineMutants],
  ['kubernetes', SHOP, treeMutants],
  ['json', WITH_ICMP, treeMutants],
])('mutants of %s', (name, policy, mutate) => {
  const mutants = mutate(backend(name).render(policy).files);

  it('are many, and the original is none of them', () => {
    expect(mutants.length).toBeGreaterThan(100);
    expect(
      survivors(policy, backend(name), [{ what: 'the original', files: backend(name).render(policy).files }]),
    ).toEqual(['the original']);
  });

  it('are caught, all but those that mean the same', () => {
    const left = survivors(policy, backend(name), mutants);
    expect(left).toEqual(EQUIVALENT[name]);
    expect(left.length / mutants.length).toBeLessThan(0.05);
  });
});
