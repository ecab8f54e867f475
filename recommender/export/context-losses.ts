import { rulesInOrder } from '../model/decide';
import type { Context, Policy } from '../model/policy';
import { listWords } from '../propose/words';
import type { Loss } from './backend';

/** Of a backend that decides by addresses and ports alone: it enforces a rule's ports, which is what the policy means. */
export function contextLosses(policy: Policy): Loss[] {
  return rulesInOrder(policy).flatMap(({ id, context }) => {
    const words = context ? contextWords(context) : [];
    if (words.length === 0) return [];
    return [{ rule: id, service: null, reason: `not asked for beyond addresses and ports: ${words.join('; ')}` }];
  });
}

function contextWords({ l7, tlsFloor, fqdns, users, processes }: Context): string[] {
  const named = (kind: string, names: readonly string[]) => (names.length === 0 ? [] : [`${kind} ${listWords(names)}`]);
  return [
    ...named('application', l7),
    ...(tlsFloor === null ? [] : [`TLS ${tlsFloor} or later`]),
    ...named('name', fqdns),
    ...named('user', users),
    ...named('process', processes),
  ];
}
