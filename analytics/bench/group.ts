import { groupWorkloads } from '../group';
import { generateEstate } from '../quality/estate';

type Report = (metric: string, value: number, unit: string) => void;

const MEBIBYTE = 1024 * 1024;

/** An estate of 33 k managed hosts with about 800 k dependencies, grouped once. */
export async function bench(report: Report): Promise<void> {
  const estate = generateEstate(
    {
      applications: 3200,
      tierSize: 3,
      mesh: false,
      shared: true,
      wander: 0.1,
      fanOut: 5,
      clutter: 5,
      noise: 2,
      coverage: 0.62,
      inventory: 1,
    },
    1,
  );
  const started = performance.now();
  const { groups } = groupWorkloads({ ...estate, window: { from: 0, to: 86_400 } });
  report('seconds', (performance.now() - started) / 1000, 's');
  report('rss', process.memoryUsage().rss / MEBIBYTE, 'MiB');
  report('hosts', estate.truth.size, 'workloads');
  report('dependencies', estate.dependencies.length, 'dependencies');
  report('groups', groups.length, 'groups');
  await Promise.resolve();
}
