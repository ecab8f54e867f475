import { foldEvents } from '../recommender/lifecycle/fold-events';
import { createTending, type TendingDeps } from './tending';

it('tends what is in force and leased, once a day, whatever becomes of one of them', async () => {
  const tended: string[] = [];
  const lines: string[] = [];
  let now = Date.UTC(2026, 2, 1, 12);
  const policyOf = (id: string, active: number | null) => ({
    id,
    name: id,
    created: 0,
    state: { ...foldEvents([]), active },
  });
  const policies: TendingDeps['policies'] = {
    list: () =>
      Promise.resolve([policyOf('draft', null), policyOf('broken', 1), policyOf('forever', 1), policyOf('leased', 2)]),
    leases: (id) =>
      Promise.resolve(
        id === 'forever'
          ? []
          : [{ rule: 'r', words: '', expires: '', state: 'running' as const, stage: 'enforced' as const, text: '' }],
      ),
    tendLeases: (id) => {
      tended.push(id);
      return id === 'broken'
        ? Promise.reject(new Error('no'))
        : Promise.resolve({ renewed: {}, proposed: null, leases: [] });
    },
  };
  const say = (_: unknown, line?: string) => void lines.push(line ?? '');
  const tend = createTending({
    policies,
    clock: () => new Date(now),
    log: { info: say, warn: say } as TendingDeps['log'],
  });
  await tend();
  now += 3_600_000;
  await tend();
  expect(tended).toEqual(['broken', 'leased']);
  expect(lines).toEqual(['leases were not tended', 'tended leases']);
  now += 12 * 3_600_000;
  await tend();
  expect(tended).toHaveLength(4);
});
