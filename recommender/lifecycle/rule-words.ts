import type { Service } from '../../analytics/model/service';
import type { Policy, Rule, Selector } from '../model/policy';
import { listWords, serviceWords } from '../propose/words';

/** Names of what selectors speak of, in one policy. */
export type NameOf = (selector: Selector) => string;

export function namesIn(policy: Policy): NameOf {
  const names = new Map(policy.groups.map(({ id, name }) => [id, name]));
  return (selector) => {
    switch (selector.kind) {
      case 'any':
        return 'anything';
      case 'prefix':
        return selector.prefix;
      case 'group':
        return names.get(selector.group) ?? selector.group;
    }
  };
}

export function endWords(selectors: readonly Selector[], nameOf: NameOf): string {
  return selectors.length === 0 ? 'nobody' : listWords(selectors.map(nameOf));
}

export function servicesWords(services: readonly Service[]): string {
  return services.length === 0 ? 'no service' : listWords(services.map(serviceWords), ' services');
}

/** "web of shop may reach app of shop on 8443/tcp", from what the rule does, whatever it is called. */
export function ruleWords(
  {
    action,
    alertOnly,
    sources,
    destinations,
    services,
  }: Pick<Rule, 'action' | 'sources' | 'destinations' | 'services'> & Pick<Partial<Rule>, 'alertOnly'>,
  nameOf: NameOf,
): string {
  const verb = alertOnly ? 'is logged reaching' : action === 'allow' ? 'may reach' : 'must not reach';
  return `${endWords(sources, nameOf)} ${verb} ${endWords(destinations, nameOf)} on ${servicesWords(services)}`;
}
