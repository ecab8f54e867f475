import type { GroupDecision } from '../../model/group-decision';

/** What somebody decided, in words: `ann's move of web-1 to shop on 2026-03-01`. */
export function describeDecision({ wish, groups, by, at }: GroupDecision): string {
  const [first = '', ...others] = groups.map(({ name }) => name);
  const what = (): string => {
    switch (wish.kind) {
      case 'rename':
        return `renaming of ${first} to ${wish.name}`;
      case 'pin':
        return `pinning of ${named(wish.workloads)} to ${first}`;
      case 'move':
        return `move of ${named(wish.workloads)} to ${first}`;
      case 'merge':
        return `merge of ${others.join(', ')} into ${first}`;
      case 'split':
        return `split of ${named(wish.workloads)} from ${first} as ${wish.name}`;
      case 'confirm':
        return `confirmation of ${first}`;
      case 'refuse':
        return `refusal of ${first}`;
      case 'share':
        return `making of ${named(wish.workloads)} a shared service, ${wish.name}`;
    }
  };
  return `${by}'s ${what()} on ${new Date(at * 1000).toISOString().slice(0, 10)}`;
}

function named(workloads: readonly string[]): string {
  return workloads.length === 1 ? (workloads[0] ?? '') : `${workloads.length} workloads`;
}
