import type { KindOf } from '../json-records';

export type AzureKind =
  'machine' | 'interface' | 'public-address' | 'balancer' | 'firewall' | 'endpoint' | 'nat-gateway' | 'other';

const KINDS: Readonly<Record<string, AzureKind>> = {
  'microsoft.compute/virtualmachines': 'machine',
  'microsoft.compute/virtualmachinescalesets/virtualmachines': 'machine',
  'microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces': 'interface',
  'microsoft.network/networkinterfaces': 'interface',
  'microsoft.network/publicipaddresses': 'public-address',
  'microsoft.network/loadbalancers': 'balancer',
  'microsoft.network/applicationgateways': 'balancer',
  'microsoft.network/azurefirewalls': 'firewall',
  'microsoft.network/privateendpoints': 'endpoint',
  'microsoft.network/natgateways': 'nat-gateway',
};

/** By the resource's id: `/subscriptions/…/providers/Microsoft.Network/loadBalancers/lb`. The rest of Azure is `other`. */
export const azureKindOf: KindOf<AzureKind> = (keys, value) => {
  const id = keys.has('id') ? Object.entries(value).find(([key]) => key.toLowerCase() === 'id')?.[1] : undefined;
  if (typeof id !== 'string' || !/^\/subscriptions\//i.test(id)) return undefined;
  const [namespace = '', ...path] = (/.*\/providers\/(.*)$/i.exec(id)?.[1] ?? '').toLowerCase().split('/');
  const types = path.filter((_, index) => index % 2 === 0);
  return KINDS[[namespace, ...types].join('/')] ?? 'other';
};
