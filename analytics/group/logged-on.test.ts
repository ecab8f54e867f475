import { managed } from '../quality/estate';
import { loggedOnReasons } from './logged-on';

const at = (id: string, ...users: readonly string[]) => ({ ...managed(id), ...(users.length > 0 ? { users } : {}) });
const many = Array.from({ length: 20 }, (_, n) => `u${String(n).padStart(2, '0')}`);

it.each([
  ['nothing where nobody was', [at('a'), at('b')], undefined],
  ['one user of one workload', [at('a', 'ann')], 'ann was logged on to it'],
  [
    'two, by the workloads they were on',
    [at('a', 'ann', 'bob'), at('b', 'bob'), at('c')],
    'bob and ann were logged on to 2 of its 3 workloads',
  ],
  [
    'how many more',
    [at('a', 'ann', 'bob', 'cat'), at('b', 'dan')],
    'ann, bob and 2 more were logged on to 2 of its 2 workloads',
  ],
  [
    'that not all are known',
    [at('a', ...many), at('b', 'u00')],
    'u00, u01 and at least 18 more were logged on to 2 of its 2 workloads',
  ],
])('tells %s', (_, workloads, text) => {
  expect(loggedOnReasons(workloads, false)).toEqual(text === undefined ? [] : [{ text, weight: 0 }]);
});

it('counts by how many of them it is true of', () => {
  expect(loggedOnReasons([at('a', 'ann'), at('b')], true)).toMatchObject([{ weight: 0.5 }]);
});
