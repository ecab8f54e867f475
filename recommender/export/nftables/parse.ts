import { addressSet, unionOf } from '../../model/address-set';
import { isV4Text } from '../../model/address-set';
import { parseRule } from './parse-rule';
import type { Chain, NftSet, Ruleset } from './ruleset';
import { readTokens, type TokenReader } from './tokens';

const SET_TYPES = { ipv4_addr: 'v4', ipv6_addr: 'v6' } as const;

/**
 * What an nft file leaves in one `inet` table that was empty before: commands apply in order, a chain or set that is
 * declared twice is added to.
 *
 * @throws WayleaveError `bad-export` with file and line
 */
export function parseRuleset(text: string, path: string): Ruleset {
  const tokens = readTokens(text, path);
  const ruleset: Ruleset = { sets: new Map(), chains: new Map() };
  let table: string | undefined;
  const sameTable = () => {
    tokens.expect('inet');
    const name = tokens.peek();
    if (table !== undefined && name !== table) throw tokens.fail(`table ${table}, the only one`);
    table = tokens.next();
  };

  tokens.endOfStatement();
  while (tokens.peek() !== undefined) {
    const command = tokens.next();
    const object = command === 'table' ? '' : tokens.next();
    sameTable();
    switch (`${command} ${object}`) {
      case 'table ':
        parseTable(tokens, ruleset);
        break;
      case 'add table':
        break;
      case 'flush table':
        for (const chain of ruleset.chains.values()) chain.rules.length = 0;
        break;
      case 'flush set':
        setNamed(tokens, ruleset).elements = [];
        break;
      case 'add element':
        addElements(tokens, setNamed(tokens, ruleset));
        break;
      default:
        throw tokens.fail(`a command this importer knows instead of "${command} ${object}", before`);
    }
    if (!tokens.endOfStatement()) throw tokens.fail('the end of the command');
  }
  return ruleset;
}

function setNamed(tokens: TokenReader, { sets }: Ruleset): NftSet {
  const set = sets.get(tokens.peek() ?? '');
  if (!set) throw tokens.fail('a set declared before');
  tokens.next();
  return set;
}

function addElements(tokens: TokenReader, set: NftSet): void {
  const texts: string[] = [];
  tokens.expect('{');
  do {
    tokens.endOfStatement();
    const text = tokens.peek() ?? '';
    if (!/^[0-9a-f.:/]+$/.test(text) || isV4Text(text) !== (set.family === 'v4'))
      throw tokens.fail(`an ip${set.family} address or prefix`);
    texts.push(tokens.next());
    tokens.endOfStatement();
  } while (tokens.peek() === ',' && tokens.next());
  tokens.expect('}');
  set.elements = unionOf([set.elements, addressSet(texts)]);
}

function parseTable(tokens: TokenReader, ruleset: Ruleset): void {
  tokens.expect('{');
  tokens.endOfStatement();
  while (tokens.peek() !== '}') {
    const kind = tokens.next();
    if (kind === 'set') parseSet(tokens, ruleset);
    else if (kind === 'chain') parseChain(tokens, ruleset);
    else throw tokens.fail('a set or a chain, before');
    tokens.endOfStatement();
  }
  tokens.expect('}');
}

function parseSet(tokens: TokenReader, { sets }: Ruleset): void {
  const name = tokens.next();
  tokens.expect('{');
  tokens.endOfStatement();
  tokens.expect('type');
  const type = tokens.peek();
  if (type !== 'ipv4_addr' && type !== 'ipv6_addr') throw tokens.fail('ipv4_addr or ipv6_addr');
  tokens.next();
  tokens.expect(';', 'flags', 'interval', ';', 'auto-merge', ';', '}');
  if (!sets.has(name)) sets.set(name, { family: SET_TYPES[type], elements: [] });
}

function parseChain(tokens: TokenReader, { chains }: Ruleset): void {
  const name = tokens.next();
  const chain: Chain = chains.get(name) ?? { hook: undefined, policy: 'accept', rules: [] };
  chains.set(name, chain);
  tokens.expect('{');
  tokens.endOfStatement();
  while (tokens.peek() !== '}') {
    if (tokens.peek() === 'type') {
      tokens.expect('type', 'filter', 'hook');
      chain.hook = tokens.next();
      tokens.expect('priority', 'filter');
    } else if (tokens.peek() === 'policy') {
      tokens.expect('policy');
      const policy = tokens.peek();
      if (policy !== 'accept' && policy !== 'drop') throw tokens.fail('accept or drop');
      tokens.next();
      chain.policy = policy;
    } else chain.rules.push(parseRule(tokens));
    tokens.endOfStatement();
  }
  tokens.expect('}');
}
