import { formatTime } from '../../../../ingest/kernel/time';
import { isMeant, type Ownership } from '../owners';
import type { Finder, Finding } from './finding';
import { listed } from './wording';

/** Whose the addresses were while it was seen. */
export const owners: Finder = async ({ conversation, identity }) => {
  const { scope, client, server, firstSeen, lastSeen } = conversation;
  const known = await identity.ownershipsOf([client, server], firstSeen, lastSeen);
  return [client, server].map((address): Finding => {
    const own = known.filter((one) => one.address === address && isMeant(one, scope));
    const end = `the ${address === client ? 'client' : 'server'} ${address}`;
    if (own.length === 0) return { topic: 'owners', text: `nobody is known behind ${end}` };
    return { topic: 'owners', text: `${end} ${listed(belongings(own))}`, evidence: own };
  });
};

/** `was web1's until …`, `is web2's since …`; who had it in several scopes, or on the word of several sources, once. */
export function belongings(owned: readonly Ownership[]): string[] {
  return owned.reduce<readonly Belonging[]>(joined, []).map(({ name, scopes, since, until }) => {
    const within = scopes.includes('') ? '' : ` in ${listed(scopes)}`;
    const from = since === undefined ? '' : ` ${until === undefined ? 'since' : 'from'} ${formatTime(since / 1000)}`;
    const to = until === undefined ? '' : ` until ${formatTime(until / 1000)}`;
    return `${until === undefined ? 'is' : 'was'} ${name}'s${within}${from}${to}`;
  });
}

/** Times in epoch milliseconds; a side that is left out is open. */
interface Belonging {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly since: number | undefined;
  readonly until: number | undefined;
}

function joined(spans: readonly Belonging[], { name, scope, since, until }: Ownership): readonly Belonging[] {
  const same = spans.find(
    (span) =>
      span.name === name &&
      (span.since ?? -Infinity) <= (until ?? Infinity) &&
      (since ?? -Infinity) <= (span.until ?? Infinity),
  );
  if (!same) return [...spans, { name, scopes: [scope], since, until }];
  const both: Belonging = {
    name,
    scopes: [...new Set([...same.scopes, scope])],
    since: same.since === undefined || since === undefined ? undefined : Math.min(same.since, since),
    until: same.until === undefined || until === undefined ? undefined : Math.max(same.until, until),
  };
  return spans.map((span) => (span === same ? both : span));
}
