import type { Workload } from '../../model/workload';
import { topologyOf } from '../testing/topology';
import { findWorkload } from './find-workload';

const workload = (id: string, kind: Workload['kind'], ...addresses: string[]): Workload => ({
  id,
  name: id,
  kind,
  addresses,
  labels: {},
});
const topology = {
  ...topologyOf({}),
  workloads: [
    workload('web1', 'managed', '10.1.1.5'),
    workload('172.30.1.0/24', 'external', '172.30.1.9'),
    workload('172.30.0.0/16', 'external', '172.30.7.1'),
    workload('2001:db8:1:2::/64', 'external', '2001:db8:1:2::7'),
    workload('10.1.0.0/16', 'managed', '10.1.0.1'),
    workload('192.0.2.77/24', 'external', '192.0.2.1'),
    workload('192.0.2.0/99', 'external', '192.0.2.2'),
    workload('partner/24', 'external', '192.0.2.1'),
  ],
};

it.each([
  ['WEB1', 'web1'],
  ['10.1.1.5', 'web1'],
  ['::ffff:10.1.1.5', 'web1'],
  ['172.30.1.9', '172.30.1.0/24'],
  ['172.30.1.14', '172.30.1.0/24'],
  ['172.30.2.14', '172.30.0.0/16'],
  ['192.0.2.5', '192.0.2.77/24'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
])('finds %s', (written, id) => {
  expect(findWorkload(topology, written).id).toBe(id);
});

it.each([
  ['10.1.2.3', 'lists them'],
  ['172.31.1.14', 'lists them'],
  ['wbe1', 'did you mean web1?'],
])('knows nothing of %s', (written, hint) => {
  expect(() => findWorkload(topology, written)).toThrow(hint);
});
