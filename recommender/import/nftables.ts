import { WayleaveError } from '../../ingest/kernel/errors';
import { wordsIn } from '../export/describe-rule';
import { parseRuleset } from '../export/nftables/parse';
import type { AddressMatch, Chain, Ruleset } from '../export/nftables/ruleset';
import { stepsOf, type Step } from '../export/nftables/steps';
import type { ExportFile } from '../export/backend';
import { addressSet, unionOf, type AddressSet } from '../model/address-set';
import { addressKey, differenceOf, intersectionOf } from './address-algebra';
import type { Draft, DraftClosings, DraftEnd } from './draft';
import { mergeLines, type Line } from './merge-lines';
import { commonRanges, EVERY_SERVICE, tidyRanges } from './services';

const EVERY = { v4: addressSet(['0.0.0.0/0']), v6: addressSet(['::/0']) } as const;
const EVERYTHING = unionOf([EVERY.v4, EVERY.v6]);

/**
 * An nft file as drafts of rules. What several hooks say has to be the same; the proof sees to that.
 *
 * @param hooks whose rules are meant; what stands at others is left aside and told
 * @throws WayleaveError `bad-export`, `bad-ruleset`
 */
export function readNftables(files: readonly ExportFile[], hooks: readonly string[]): Draft {
  const [file] = files;
  if (!file || files.length > 1) throw new WayleaveError('an nftables ruleset is one file', { code: 'bad-ruleset' });
  const ruleset = parseRuleset(file.text, file.path);
  const bases = [...ruleset.chains.values()].filter(({ hook }) => hook !== undefined);
  const base = bases.find(({ hook }) => hook === hooks[0]);
  if (!base) {
    const found = bases.map(({ hook }) => hook).join(', ') || 'none';
    throw new WayleaveError(`${file.path}: expected a chain at hook ${hooks[0]}; there is ${found}`, {
      code: 'bad-ruleset',
      where: { path: file.path },
    });
  }
  const aside = bases.filter(({ hook }) => !hooks.includes(hook ?? ''));
  const lines = stepsOf(base, ruleset, file.path).flatMap((step) => lineOf(step, ruleset, file.path));
  const { rules, closings } = splitClosings(lines, base);
  return {
    rules: mergeLines(rules, siblingsIn(ruleset)),
    closings,
    named: namedSets(ruleset),
    remarks: aside.map(({ hook }) => `${file.path}: what stands at hook ${hook} is not about this and was left aside`),
  };
}

function lineOf(step: Step, ruleset: Ruleset, path: string): Line[] {
  const { rule, verdict, staged, chain } = step;
  const services = tidyRanges(step.services.reduce<typeof EVERY_SERVICE>(commonRanges, EVERY_SERVICE));
  const families = new Set(step.addresses.map(({ family }) => family));
  if (services.length === 0 || families.size > 1) return [];
  const [family] = families;
  const side = (wanted: AddressMatch['side']) =>
    endOf(
      step.addresses.filter((match) => match.side === wanted),
      ruleset,
    );
  return [
    {
      family,
      source: side('source'),
      destination: side('destination'),
      services,
      everyService: step.services.length === 0,
      action: verdict.action === 'deny' ? 'deny' : 'allow',
      alertOnly: staged,
      log: !staged && rule.log !== null,
      comment: rule.comment,
      words: rule.remark === null ? null : wordsIn(rule.remark),
      section: chain?.title ?? chain?.name ?? 'Rules',
      where: `${path}:${rule.line}`,
    },
  ];
}

/** Undefined where nothing is asked of that end but its family. */
function endOf(matches: readonly AddressMatch[], ruleset: Ruleset): DraftEnd | undefined {
  const asked = matches.map(({ addresses, negated, family }): DraftEnd => {
    const named = 'set' in addresses ? ruleset.sets.get(addresses.set) : undefined;
    const set = 'set' in addresses ? (named?.elements ?? []) : addresses.elements;
    if (negated) return { name: null, set: differenceOf(EVERY[family], set) };
    return { name: 'set' in addresses ? addresses.set : null, set };
  });
  const [first, ...more] = asked.filter(({ set }) => ![EVERY.v4, EVERY.v6].some((every) => sameSet(every, set)));
  if (!first || more.length === 0) return first;
  return { name: null, set: more.reduce((left, { set }) => intersectionOf(left, set), first.set) };
}

function sameSet(a: AddressSet, b: AddressSet): boolean {
  return addressKey(a) === addressKey(b);
}

/** Denials at the end of the base chain that name one end and no service say whom it closes. */
function splitClosings(lines: readonly Line[], { policy }: Chain): { rules: readonly Line[]; closings: DraftClosings } {
  if (policy === 'drop') {
    const all = { inbound: EVERYTHING, outbound: EVERYTHING };
    return { rules: lines, closings: { deny: all, alert: { inbound: [], outbound: [] } } };
  }
  const rules = [...lines];
  const found = { deny: { inbound: [], outbound: [] }, alert: { inbound: [], outbound: [] } } as {
    [kind in 'deny' | 'alert']: { inbound: AddressSet; outbound: AddressSet };
  };
  let denies = false;
  for (let last = rules.at(-1); last; last = rules.at(-1)) {
    const before = rules.at(-2);
    const lets = last.action === 'allow' && before?.alertOnly && sameEnds(last, before);
    const closing = lets ? before : last;
    const kind = closing.alertOnly ? 'alert' : 'deny';
    if (closing.action !== 'deny' || !closing.everyService || (kind === 'alert' && (denies || !lets))) break;
    const side = closing.source && !closing.destination ? 'outbound' : 'inbound';
    const end = side === 'outbound' ? closing.source : closing.destination;
    if (!end || (closing.source && closing.destination)) break;
    denies ||= kind === 'deny';
    found[kind][side] = unionOf([found[kind][side], end.set]);
    rules.splice(lets ? -2 : -1);
  }
  return { rules, closings: found };
}

function sameEnds(a: Line, b: Line): boolean {
  const key = ({ family, source, destination }: Line) =>
    [family, ...[source, destination].map((end) => (end ? addressKey(end.set) : 'any'))].join(' ');
  return key(a) === key(b);
}

/** `web_v4` and `web_v6` are one group in two families. */
function siblingsIn({ sets }: Ruleset): (end: DraftEnd) => DraftEnd {
  const byBase = new Map<string, { title: string | null; set: AddressSet }>();
  for (const [name, { elements, title }] of sets) {
    const known = byBase.get(baseOf(name));
    byBase.set(baseOf(name), { title: known?.title ?? title, set: unionOf([known?.set ?? [], elements]) });
  }
  return (end) => {
    const found = end.name === null ? undefined : byBase.get(baseOf(end.name));
    return found && end.name !== null ? { name: found.title ?? baseOf(end.name), set: found.set } : end;
  };
}

function namedSets(ruleset: Ruleset): DraftEnd[] {
  const siblings = siblingsIn(ruleset);
  return [...ruleset.sets].map(([name, { elements }]) => siblings({ name, set: elements }));
}

function baseOf(name: string): string {
  return name.replace(/_?(?:ip)?(?:v4|v6|4|6)$/, '') || name;
}
