import { WayleaveError } from '../../../ingest/kernel/errors';
import { classify } from '../../model/address-classes';
import { DENY, PASS, packetFilter, type ServiceFilter, type Verdict } from '../../model/packet-filter';
import { inRanges, type ServiceRange } from '../../model/service-range';
import type { EnforcementPoint, ExportFile } from '../backend';
import { parseRuleset } from './parse';
import type { Chain, NftRule, Ruleset } from './ruleset';

/** NFT_JUMP_STACK_SIZE: the kernel refuses deeper jumps, and with them loops. */
const MAX_JUMPS = 16;

/** A rule with its way there: it applies when all of its conditions, and those of the jumps to it, do. */
interface Step {
  /** Set indices. */
  readonly sources: readonly number[];
  readonly destinations: readonly number[];
  readonly services: readonly (readonly ServiceRange[])[];
  readonly verdict: Verdict;
  /** It only logs that this would be its verdict. */
  readonly staged: boolean;
}

/** What a rule without a verdict says of itself in the log. */
const WOULD = /^wayleave would (allow|deny)\b/;

/**
 * What the kernel does with the first packet of a connection: a base chain's rules are asked in order, the first verdict
 * ends it, its policy is its last word. Every hook is a point of its own; a packet meets all of them.
 */
export function importNftables(files: readonly ExportFile[]): EnforcementPoint[] {
  const [file, ...more] = files;
  if (!file || more.length > 0) throw new WayleaveError('an nftables export is one file', { code: 'bad-export' });
  const ruleset = parseRuleset(file.text, file.path);
  const setIndex = new Map([...ruleset.sets.keys()].map((name, i) => [name, i]));
  const sets = [...ruleset.sets.values()].map(({ elements }) => elements);
  const { classes, of } = classify(sets);
  const members = classes.map((each) => new Set(each.sets));
  const membersAt = (address: bigint) => members[of(address)] ?? new Set<number>();

  return [...ruleset.chains.values()].flatMap((chain) => {
    if (chain.hook === undefined) return [];
    const steps = stepsOf(chain, ruleset, setIndex, file.path);
    const otherwise = chain.policy === 'drop' ? DENY : PASS;
    const filterOf = (asked: readonly Step[]) => {
      const from = members.map((inside) => asked.filter(({ sources }) => sources.every((set) => inside.has(set))));
      return packetFilter(sets, (src, dst) => {
        const inside = membersAt(dst);
        return chainFilter(
          from[of(src)]?.filter(({ destinations }) => destinations.every((set) => inside.has(set))) ?? [],
          otherwise,
        );
      });
    };
    const enforced = filterOf(steps.filter(({ staged }) => !staged));
    return [{ name: `${chain.hook} hook`, sees: () => true, filter: enforced, staged: filterOf(steps) }];
  });
}

function chainFilter(steps: readonly Step[], policy: Verdict): ServiceFilter {
  return {
    ranges: steps.flatMap(({ services }) => services.flat()),
    decide: (protocol, port) =>
      steps.find(({ services }) => services.every((ranges) => inRanges(ranges, protocol, port)))?.verdict ?? policy,
  };
}

function stepsOf(base: Chain, ruleset: Ruleset, setIndex: ReadonlyMap<string, number>, path: string): Step[] {
  const wrong = (message: string) => new WayleaveError(`${path}: ${message}`, { code: 'bad-export', where: { path } });

  const conditions = ({ matches }: NftRule, way: Step): Step => {
    const side = (wanted: 'source' | 'destination') =>
      matches.flatMap((match) => {
        if (match.kind !== 'address' || match.side !== wanted) return [];
        const index = setIndex.get(match.set);
        if (index === undefined) throw wrong(`there is no set ${match.set}`);
        if (ruleset.sets.get(match.set)?.family !== match.family)
          throw wrong(`set ${match.set} is not of ip${match.family}`);
        return [index];
      });
    return {
      sources: [...way.sources, ...side('source')],
      destinations: [...way.destinations, ...side('destination')],
      services: [...way.services, ...matches.flatMap((match) => (match.kind === 'service' ? [match.ranges] : []))],
      verdict: way.verdict,
      staged: false,
    };
  };

  const walk = (chain: Chain, way: Step, depth: number): Step[] =>
    chain.rules.flatMap((rule) => {
      if (rule.matches.some(({ kind }) => kind === 'loopback')) return [];
      const step = conditions(rule, way);
      if (!rule.verdict) {
        const [, would] = WOULD.exec(rule.log ?? '') ?? [];
        if (would !== 'allow' && would !== 'deny') return [];
        return [{ ...step, verdict: { action: would, rule: rule.comment }, staged: true }];
      }
      switch (rule.verdict.kind) {
        case 'accept':
          return [{ ...step, verdict: { action: 'allow', rule: rule.comment } as const }];
        case 'refuse':
          return [{ ...step, verdict: { action: 'deny', rule: rule.comment } as const }];
        case 'jump': {
          const target = ruleset.chains.get(rule.verdict.chain);
          if (!target) throw wrong(`there is no chain ${rule.verdict.chain}`);
          if (depth >= MAX_JUMPS) throw wrong(`jumps to ${rule.verdict.chain} go round or too deep`);
          return walk(target, step, depth + 1);
        }
      }
    });

  if (!base.rules.some(({ matches }) => matches.some(({ kind }) => kind === 'replies')))
    throw wrong(`hook ${base.hook} lets no replies through`);
  return walk(base, { sources: [], destinations: [], services: [], verdict: PASS, staged: false }, 0);
}
