import type { Dependency } from '../../analytics/model/dependency';
import type { Context } from '../model/policy';

/** What of a use beyond its port a rule may carry. */
export const CONTEXT_KINDS = ['l7', 'users', 'fqdns', 'processes'] as const;
export type ContextKind = (typeof CONTEXT_KINDS)[number];

/** What conversations between two workloads on one port were recognised as. */
export interface Recognition {
  /** Workload ids. */
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  readonly l7: readonly string[];
  readonly fqdns: readonly string[];
  /** As the sources wrote them: "TLSv1.2", "TLS 1.3", "1.2". */
  readonly tlsVersions: readonly string[];
  readonly users: readonly string[];
  readonly processes: readonly string[];
}

export type ContextOf = (dependencies: readonly Dependency[]) => Context | undefined;

/** A rule that names more of one kind than this is no narrower for it. */
const MOST = 20;

/**
 * What all uses of a rule were recognised as, kind by kind: a kind that any of them lacks is left out, since narrowing the
 * rule to it would deny what was seen.
 *
 * @param usersOf who was logged on to a client, for what no source named a user of
 */
export function contexts(
  recognised: readonly Recognition[],
  carry: readonly ContextKind[],
  usersOf: (workload: string) => readonly string[],
): ContextOf {
  if (carry.length === 0) return () => undefined;
  const byUse = new Map(recognised.map((each) => [keyOf(each.client, each.server, each.protocol, each.port), each]));
  const carries = new Set(carry);
  return (dependencies) => {
    const uses: { readonly client: string; readonly use: Recognition | undefined }[] = [];
    for (const { client, server, service, ports } of dependencies)
      for (const port of ports) uses.push({ client, use: byUse.get(keyOf(client, server, service.protocol, port)) });
    const all = (
      kind: ContextKind,
      of: (use: Recognition) => readonly string[],
      otherwise: (client: string) => readonly string[] = () => [],
    ): string[] => {
      if (!carries.has(kind)) return [];
      const found = new Set<string>();
      for (const { client, use } of uses) {
        const said = use ? of(use) : [];
        const own = said.length === 0 ? otherwise(client) : said;
        if (own.length === 0) return [];
        for (const each of own) found.add(each);
      }
      return found.size > MOST ? [] : [...found].sort();
    };
    const context: Context = {
      l7: all('l7', ({ l7 }) => l7),
      tlsFloor: floorOf(all('l7', ({ tlsVersions }) => tlsVersions)),
      fqdns: all('fqdns', ({ fqdns }) => fqdns),
      users: all('users', ({ users }) => users, usersOf),
      processes: all('processes', ({ processes }) => processes),
    };
    const { l7, tlsFloor, fqdns, users, processes } = context;
    return tlsFloor === null && [l7, fqdns, users, processes].every((list) => list.length === 0) ? undefined : context;
  };
}

/** The least of the versions of TLS, null where any of them is none that we know. */
function floorOf(versions: readonly string[]): string | null {
  const numbers = versions.map((version) => /^(?:TLS ?v?)?(1(?:\.[0-3])?)$/i.exec(version.trim())?.[1]);
  if (numbers.length === 0 || numbers.some((number) => number === undefined)) return null;
  const [least] = numbers.map((number) => (number === '1' ? '1.0' : (number ?? ''))).sort();
  return least ?? null;
}

function keyOf(client: string, server: string, protocol: number, port: number): string {
  return `${client}\t${server}\t${protocol}\t${port}`;
}
