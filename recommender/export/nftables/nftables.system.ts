import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describeSystem } from '../../../fixtures/system';
import { parseAddress } from '../../../ingest/kernel/ip';
import { PROTOCOL } from '../../../ingest/kernel/port';
import { createFilter } from '../../model/decide';
import { getsThrough } from '../../model/packet-filter';
import { arbitraryPolicy } from '../../model/arbitrary-policy.fixture';
import { groupOf, of, policyOf, ruleOf, tcp, udp } from '../../model/policy.fixture';
import type { Policy, Rule } from '../../model/policy';
import { exportPolicy } from '../export';
import { createLab, missingForLab, type Host, type Lab, type Probe } from './lab.fixture';
import { nftables, nftablesHost } from '.';

const WEB: Host = { name: 'web', v4: '10.77.1.2', v6: 'fd77:1::2' };
const APP: Host = { name: 'app', v4: '10.77.2.2', v6: 'fd77:2::2' };
const DB: Host = { name: 'db', v4: '10.77.3.2', v6: 'fd77:3::2' };
const OUT: Host = { name: 'out', v4: '198.51.100.2', v6: '2001:db8:77::2' };
const HOSTS = [WEB, APP, DB, OUT];
const PORTS = [443, 5353, 5432, 8443, 8444];
const PROTOCOLS = { tcp: PROTOCOL.tcp, udp: PROTOCOL.udp } as const;

const member = ({ name, v4, v6 }: Host) => groupOf(name, `${name} of shop`, [v4, v6]);
const RULES = [
  ruleOf('r-public', [{ kind: 'prefix', prefix: '198.51.100.0/24' }], [of('web')], [tcp(443)]),
  ruleOf(
    'r-web-app',
    [of('web')],
    [of('app')],
    [tcp(8443), udp(5353), { kind: 'icmp', protocol: 1, type: 8, code: 0 }],
  ),
  ruleOf(
    'r-app-db',
    [of('app')],
    [of('db')],
    [{ kind: 'dynamic', protocol: 6, control: 443, observed: { first: 5000, last: 6000 } }],
  ),
  ruleOf('r-shut', [of('app')], [{ kind: 'any' }], [tcp(8444)], 'deny'),
  ruleOf('r-out', [of('app')], [{ kind: 'any' }], [{ kind: 'protocol', protocol: 6 }]),
];
const SHOP = withRules(RULES);

function withRules(rules: readonly Rule[]): Policy {
  return policyOf([{ id: 'a', category: 'application', name: 'shop', rules }], HOSTS.map(member), ['web', 'app', 'db']);
}

const PROBES = HOSTS.flatMap((src) =>
  HOSTS.filter((dst) => dst !== src).flatMap((dst) =>
    PORTS.flatMap((port) =>
      (['tcp', 'udp'] as const).flatMap((protocol) =>
        [dst.v4, dst.v6].map((address): Probe => ({ src, dst: address, protocol, port })),
      ),
    ),
  ),
);

function expected(policy: Policy): string[] {
  const filter = createFilter(policy);
  return PROBES.map(({ src, dst, protocol, port }) => {
    const from = dst.includes(':') ? src.v6 : src.v4;
    const verdict = filter.decide({
      src: parseAddress(from),
      dst: parseAddress(dst),
      protocol: PROTOCOLS[protocol],
      port,
    });
    return describeProbe({ src, dst, protocol, port }, getsThrough(verdict));
  });
}

function describeProbe({ src, dst, protocol, port }: Probe, through: boolean): string {
  return `${src.name} → ${dst} ${port}/${protocol} ${through ? 'passes' : 'is stopped'}`;
}

async function seen(lab: Lab): Promise<string[]> {
  const results = await lab.probe(PROBES);
  return PROBES.map((probe, i) => describeProbe(probe, results[i] ?? false));
}

const rendered = (policy: Policy, backend = nftables): string => exportPolicy(policy, backend).files[0]?.text ?? '';

describeSystem('nftables in the kernel', missingForLab, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab(HOSTS, PORTS);
  });
  afterAll(() => lab?.close());

  it('lets everything through at first', async () => {
    expect((await seen(lab)).filter((line) => line.endsWith('is stopped'))).toEqual([]);
  });

  it('decides like the policy on the router', async () => {
    lab.load(rendered(SHOP));
    expect(await seen(lab)).toEqual(expected(SHOP));
  });

  it('counts by rule', () => {
    expect(lab.list()).toMatch(/tcp dport 8443 counter packets [1-9]\d* bytes \d+ accept comment "r-web-app"/);
  });

  it('takes a new revision in place: what is established stays, what is new obeys', async () => {
    const connection = await lab.connect(WEB, APP.v4, 8443);
    expect(await connection.echo('before')).toBe(true);
    lab.load(rendered(SHOP));
    expect(await connection.echo('the same again')).toBe(true);
    const tightened = withRules(RULES.filter(({ id }) => id !== 'r-web-app'));
    lab.load(rendered(tightened));
    expect(await connection.echo('tightened')).toBe(true);
    expect(await seen(lab)).toEqual(expected(tightened));
  });

  it('lets pass what is staged, and counts what would be denied', async () => {
    const staged: Policy = {
      ...withRules([{ ...ruleOf('r-try', [of('out')], [of('web')], [tcp(443)], 'deny'), alertOnly: true }, ...RULES]),
      closures: ['app', 'db', 'web'].map((group) => ({ group, inbound: 'alert', outbound: 'alert' })),
    };
    lab.load(rendered(staged));
    const results = await seen(lab);
    expect(results).toEqual(expected(staged));
    expect(results).toContain(describeProbe({ src: OUT, dst: DB.v4, protocol: 'tcp', port: 5432 }, true));
    expect(lab.list()).toMatch(/counter packets [1-9]\d* bytes \d+ limit .* log prefix "wayleave would deny r-try: "/);
    expect(lab.list()).toMatch(/chain would_refuse \{\s+limit .*\s+counter packets [1-9]\d* bytes \d+ accept/);
  });

  it('closes one direction and leaves the other', async () => {
    const inboundOnly: Policy = {
      ...SHOP,
      closures: ['app', 'db', 'web'].map((group) => ({ group, inbound: 'deny', outbound: 'open' })),
    };
    lab.load(rendered(inboundOnly));
    const results = await seen(lab);
    expect(results).toEqual(expected(inboundOnly));
    expect(results).toContain(describeProbe({ src: DB, dst: OUT.v4, protocol: 'tcp', port: 5432 }, true));
    expect(results).toContain(describeProbe({ src: OUT, dst: DB.v4, protocol: 'tcp', port: 5432 }, false));
  });

  it('applies nothing of a file that has an error at its end', async () => {
    const before = lab.list();
    expect(() => lab.load(`${rendered(SHOP)}add rule inet wayleave nowhere accept\n`)).toThrow(/nowhere/);
    expect(lab.list()).toBe(before);
  });

  it('decides like the policy on every host, without a router that filters', async () => {
    lab.load('flush ruleset\n');
    for (const host of [WEB, APP, DB]) lab.load(rendered(SHOP, nftablesHost), host);
    expect(await seen(lab)).toEqual(expected(SHOP));
  });
});

describeSystem('nft -c', missingForLab, () => {
  it.each([nftables, nftablesHost])('accepts any small policy of $name', (backend) => {
    fc.assert(
      fc.property(arbitraryPolicy(['allow', 'deny']), (policy) => {
        const { status, stderr } = spawnSync('nft', ['-c', '-f', '-'], {
          input: rendered(policy, backend),
          encoding: 'utf8',
        });
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('accepts the longest names and comments', () => {
    const long = {
      ...SHOP,
      groups: SHOP.groups.map((group) => ({ ...group, name: `${group.name} ${'x'.repeat(400)}` })),
    };
    const rules = RULES.map((rule) => ({
      ...rule,
      id: `${rule.id}${'y'.repeat(300)}`,
      words: 'z'.repeat(5000),
      log: true,
    }));
    const policy = { ...long, sections: [{ id: 's', category: 'application' as const, name: 's'.repeat(400), rules }] };
    expect(spawnSync('nft', ['-c', '-f', '-'], { input: rendered(policy), encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});
