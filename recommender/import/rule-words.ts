import type { Policy, Rule, Selector } from '../model/policy';
import { listWords, serviceWords } from '../propose/words';
import { isEveryService } from './services';

/** "web of shop may reach 10.0.2.0/24 on 8443/tcp", "anything may not reach db on any tcp". */
export function ruleWords(
  { action, sources, destinations, services }: Pick<Rule, 'action' | 'sources' | 'destinations' | 'services'>,
  groups: Policy['groups'],
): string {
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  const ends = (selectors: readonly Selector[]) =>
    selectors.length === 0 ? 'nothing' : listWords(selectors.map((selector) => selectorWords(selector, names)));
  const verb = action === 'allow' ? 'may reach' : 'may not reach';
  const named = isEveryService(services) ? ['any protocol'] : services.map(serviceWords);
  const on = named.length === 0 ? 'nothing' : listWords(named, ' services');
  return `${ends(sources)} ${verb} ${ends(destinations)} on ${on}`;
}

function selectorWords(selector: Selector, names: ReadonlyMap<string, string>): string {
  switch (selector.kind) {
    case 'any':
      return 'anything';
    case 'group':
      return names.get(selector.group) ?? selector.group;
    case 'prefix':
      return selector.prefix;
  }
}
