import { WayleaveError } from '../../ingest/kernel/errors';
import { describeMore } from './describe-more';
import type { PolicyRow } from './event-store';

/** What is less may begin any id. */
const SHORTEST_BEGINNING = 3;

/** By id, by name, or by how the id begins. @throws WayleaveError `unknown-policy`, `ambiguous-policy` */
export function findPolicy(policies: readonly PolicyRow[], written: string): PolicyRow {
  const exact = policies.find(({ id, name }) => id === written || name === written);
  if (exact) return exact;
  const begun =
    written.length < SHORTEST_BEGINNING
      ? []
      : policies.filter(({ id }) => id.startsWith(written) || id.startsWith(`policy-${written}`));
  const [policy, ...others] = begun;
  if (policy && others.length === 0) return policy;
  if (policy) {
    throw new WayleaveError(
      `${begun.length} policies begin with "${written}": ${describeMore(begun.map(({ id }) => id))}; expected one`,
      { code: 'ambiguous-policy', where: { policy: written } },
    );
  }
  const known =
    policies.length === 0 ? 'there is none yet' : `there are ${describeMore(policies.map(({ name }) => name))}`;
  throw new WayleaveError(`there is no policy "${written}": ${known}`, {
    code: 'unknown-policy',
    where: { policy: written },
  });
}
