import { WayleaveError } from '../../../ingest/kernel/errors';
import type { Verdict } from '../../model/packet-filter';
import type { ServiceRange } from '../../model/service-range';
import type { AddressMatch, Chain, NftRule, Ruleset } from './ruleset';

/** A rule with its way there: it applies when all of its conditions, and those of the jumps to it, do. */
export interface Step {
  readonly addresses: readonly AddressMatch[];
  readonly services: readonly (readonly ServiceRange[])[];
  readonly verdict: Verdict;
  /** It only logs that this would be its verdict. */
  readonly staged: boolean;
  readonly rule: NftRule;
  /** The regular chain that it stands in; null in the base chain itself. */
  readonly chain: { readonly name: string; readonly title: string | null } | null;
}

/** What a rule without a verdict says of itself in the log. */
const WOULD = /^wayleave would (allow|deny)\b/;
/** NFT_JUMP_STACK_SIZE: the kernel refuses deeper jumps, and with them loops. */
const MAX_JUMPS = 16;
/** A chain counts as often as it is jumped to. */
const MAX_STEPS = 100_000;

/**
 * All that a base chain asks the first packet of a connection, in order, jumps laid out.
 *
 * @throws WayleaveError `bad-export`
 */
export function stepsOf(base: Chain, ruleset: Ruleset, path: string): Step[] {
  const steps: Step[] = [];
  const wrong = (message: string, line?: number) =>
    new WayleaveError(`${path}${line === undefined ? '' : `:${line}`}: ${message}`, {
      code: 'bad-export',
      where: { path, ...(line === undefined ? {} : { line }) },
    });
  const lastWord: Verdict = base.policy === 'drop' ? { action: 'deny', rule: null } : { action: 'pass', rule: null };

  const checked = (match: AddressMatch, line: number): AddressMatch => {
    if (!('set' in match.addresses)) return match;
    const set = ruleset.sets.get(match.addresses.set);
    if (!set) throw wrong(`there is no set ${match.addresses.set}`, line);
    if (set.family !== match.family) throw wrong(`set ${match.addresses.set} is not of ip${match.family}`, line);
    return match;
  };
  const walk = (chain: Chain, way: Pick<Step, 'addresses' | 'services' | 'chain'>, depth: number): void => {
    for (const rule of chain.rules) {
      if (rule.matches.some(({ kind }) => kind === 'loopback' || kind === 'replies')) continue;
      const { line, comment } = rule;
      const matches = rule.matches.flatMap((match) => (match.kind === 'address' ? [checked(match, line)] : []));
      const ranges = rule.matches.flatMap((match) => (match.kind === 'service' ? [match.ranges] : []));
      const at = {
        ...way,
        addresses: [...way.addresses, ...matches],
        services: [...way.services, ...ranges],
        rule,
      };
      const add = (verdict: Verdict, staged = false) => {
        if (steps.push({ ...at, verdict, staged }) > MAX_STEPS) throw wrong(`more than ${MAX_STEPS} rules`, line);
      };
      const enter = (name: string) => {
        const target = ruleset.chains.get(name);
        if (!target) throw wrong(`there is no chain ${name}`, line);
        if (depth >= MAX_JUMPS) throw wrong(`jumps to ${name} go round or too deep`, line);
        walk(target, { ...at, chain: { name, title: target.title } }, depth + 1);
      };
      switch (rule.verdict?.kind) {
        case undefined: {
          const [, would] = WOULD.exec(rule.log ?? '') ?? [];
          if (would === 'allow' || would === 'deny') add({ action: would, rule: comment }, true);
          break;
        }
        case 'accept':
          add({ action: 'allow', rule: comment });
          break;
        case 'refuse':
          add({ action: 'deny', rule: comment });
          break;
        case 'jump':
          enter(rule.verdict.chain);
          break;
        case 'goto':
          if (depth > 0) throw wrong('expected a goto in a base chain only; elsewhere, a jump', line);
          enter(rule.verdict.chain);
          add(lastWord);
          break;
        case 'return':
          if (depth > 0) throw wrong('expected no return from a chain that was jumped to', line);
          add(lastWord);
          break;
      }
    }
  };
  expectReplies(base, wrong);
  walk(base, { addresses: [], services: [], chain: null }, 0);
  return steps;
}

/** Before anything else decides, as what comes later may be a reply. */
function expectReplies(base: Chain, wrong: (message: string, line?: number) => WayleaveError): void {
  const none = wrong(`hook ${base.hook} lets no replies through`);
  for (const { line, matches, verdict } of base.rules) {
    const replies = matches.find((match) => match.kind === 'replies');
    if (replies?.accepted && verdict?.kind !== 'refuse') return;
    if (replies || matches.some(({ kind }) => kind === 'loopback')) continue;
    if (verdict && verdict.kind !== 'accept')
      throw wrong(`hook ${base.hook} lets no replies through before this rule`, line);
  }
  throw none;
}
