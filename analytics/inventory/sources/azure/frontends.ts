import { PROTOCOL } from '../../../../ingest/kernel/port';
import type { ClaimDraft } from '../claim-drafts';
import { addressesOf, type PublicAddresses } from './addresses';
import type { AzureBalancer } from './shape';

interface Frontends {
  readonly publics: PublicAddresses;
  readonly elsewhere: string;
  /** Private address by the id of the IP configuration that has it. */
  readonly privates: ReadonlyMap<string, string>;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * One claim per frontend of a load balancer, with the pools its rules lead to. An application gateway has one address
 * or two for all it serves, and is one.
 */
export function frontendDrafts(balancer: AzureBalancer, where: string, context: Frontends): ClaimDraft[] {
  const { id, frontendIpConfigurations: frontends, loadBalancingRules: rules } = balancer;
  const isGateway = balancer.frontendPorts.length > 0;
  const draft = { where, type: 'vip' as const, labels: context.labels };
  const name = balancer.name ?? id;
  const addresses = (of: typeof frontends) => addressesOf(of, context.publics, context.elsewhere);
  if (isGateway) {
    const listens = balancer.frontendPorts.flatMap(({ port }) =>
      port ? [{ protocol: PROTOCOL.tcp, port, name: '' }] : [],
    );
    const pool = balancer.backendAddressPools.flatMap((each) => poolOf(each, context));
    return [{ ...draft, key: id, name, addresses: addresses(frontends), pool, listens }];
  }
  return frontends.map((frontend) => {
    const own = rules.filter((rule) => rule.frontendIpConfiguration?.id === frontend.id);
    const poolIds = new Set(
      own.flatMap((rule) => [rule.backendAddressPool, ...rule.backendAddressPools].map((each) => each?.id ?? '')),
    );
    return {
      ...draft,
      key: frontend.id ?? id,
      name: frontends.length === 1 ? name : `${name}/${frontend.name ?? ''}`,
      addresses: addresses([frontend]),
      pool: balancer.backendAddressPools
        .filter((each) => poolIds.has(each.id ?? ''))
        .flatMap((each) => poolOf(each, context)),
      listens: own.flatMap(({ frontendPort, protocol, name: rule }) => {
        const number = { tcp: PROTOCOL.tcp, udp: PROTOCOL.udp }[protocol?.toLowerCase() ?? ''];
        // Port 0 with protocol All is every port.
        return frontendPort && number !== undefined ? [{ protocol: number, port: frontendPort, name: rule ?? '' }] : [];
      }),
    };
  });
}

function poolOf(pool: AzureBalancer['backendAddressPools'][number], { privates }: Frontends): string[] {
  const configurations = [
    ...pool.backendIpConfigurations,
    ...pool.loadBalancerBackendAddresses.map((each) => each.networkInterfaceIpConfiguration),
  ];
  return [
    ...configurations.map((each) => privates.get(each?.id ?? '')),
    ...[...pool.loadBalancerBackendAddresses, ...pool.backendAddresses].map((each) => each.ipAddress),
  ].flatMap((address) => address ?? []);
}
