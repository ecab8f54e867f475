import { PROTOCOL } from '../../ingest/kernel/port';
import type { ServiceTag } from '../services';
import type { UsedService } from './evidence';

/** What shared services are for. Others are recognised by whom they reach alone. */
const INFRASTRUCTURE: ReadonlySet<ServiceTag> = new Set<ServiceTag>([
  'backup',
  'certificates',
  'config',
  'dhcp',
  'directory',
  'dns',
  'licence',
  'logging',
  'mail',
  'monitoring',
  'patching',
  'proxy',
  'registry',
  'secrets',
  'time',
]);

/** What applications consist of: being popular does not yet make it a shared service. */
const APPLICATION: ReadonlySet<ServiceTag> = new Set<ServiceTag>([
  'cache',
  'database',
  'file',
  'message-bus',
  'rpc',
  'search',
  'storage',
]);

export type Side = 'server' | 'client';

export function tagsOf({ service, known }: UsedService): readonly ServiceTag[] {
  // Who pings everybody is watching them.
  if (service.kind === 'icmp')
    return [PROTOCOL.icmp, PROTOCOL.icmp6].some((p) => p === service.protocol) ? ['monitoring'] : [];
  return known?.tags ?? [];
}

/** How far the port alone speaks for (1) or against (-1) a shared service, seen from one side. */
export function signature(used: UsedService, side: Side): -1 | 0 | 1 {
  const tags = tagsOf(used);
  // Shells and desktops: a jump host opens them, everybody offers them.
  if (tags.includes('admin')) return side === 'client' ? 1 : -1;
  // Everybody answers a ping; gateways and whoever is told to be reachable are pinged by many.
  if (used.service.kind === 'icmp') return side === 'client' && tags.length > 0 ? 1 : 0;
  // Who pushes datagrams to many collectors collects nothing.
  if (tags.some((tag) => INFRASTRUCTURE.has(tag))) return side === 'client' && used.known?.oneWay === true ? 0 : 1;
  return tags.some((tag) => APPLICATION.has(tag)) ? -1 : 0;
}
