import { serviceKey } from '../../analytics/services';
import type { Rule } from '../model/policy';
import { endWords, ruleWords, servicesWords, type NameOf } from './rule-words';

/** "web of shop may now also reach app of shop on 9443/tcp"; nothing where both say the same. */
export function describeRuleChange(was: Rule, is: Rule, nameOf: NameOf): string[] {
  const whole = ruleWords(is, nameOf);
  if (was.action !== is.action || was.alertOnly !== is.alertOnly) {
    return [`${whole}; before, ${ruleWords(was, nameOf)}`];
  }
  const verb = is.alertOnly ? 'logged' : is.action;
  const [from, to, on] = [endWords(is.sources, nameOf), endWords(is.destinations, nameOf), servicesWords(is.services)];
  const gained = <Item>(now: readonly Item[], then: readonly Item[], key: (item: Item) => string) => {
    const known = new Set(then.map(key));
    return now.filter((item) => !known.has(key(item)));
  };
  const both = <Item>(before: readonly Item[], after: readonly Item[], key: (item: Item) => string) =>
    [gained(after, before, key), gained(before, after, key)] as const;
  const selectorKey = (selector: unknown) => JSON.stringify(selector);
  const [moreFrom, lessFrom] = both(was.sources, is.sources, selectorKey);
  const [moreTo, lessTo] = both(was.destinations, is.destinations, selectorKey);
  const [moreOn, lessOn] = both(
    was.services,
    is.services,
    (service) => `${serviceKey(service)} ${selectorKey(service)}`,
  );
  const [now, nowNot] = VERBS[verb];
  return [
    ...(moreFrom.length > 0 ? [`${endWords(moreFrom, nameOf)} ${now} ${to} on ${on}`] : []),
    ...(lessFrom.length > 0 ? [`${endWords(lessFrom, nameOf)} ${nowNot} ${to} on ${on}`] : []),
    ...(moreTo.length > 0 ? [`${from} ${now} ${endWords(moreTo, nameOf)} on ${on}`] : []),
    ...(lessTo.length > 0 ? [`${from} ${nowNot} ${endWords(lessTo, nameOf)} on ${on}`] : []),
    ...(moreOn.length > 0 ? [`${from} ${now} ${to} on ${servicesWords(moreOn)}`] : []),
    ...(lessOn.length > 0 ? [`${from} ${nowNot} ${to} on ${servicesWords(lessOn)}`] : []),
    ...(was.log === is.log ? [] : [`${whole}: is ${is.log ? 'now' : 'no longer'} logged`]),
    ...(was.lease?.expires === is.lease?.expires ? [] : [`${whole}: ${leaseWords(is)}`]),
    ...(selectorKey(was.context) === selectorKey(is.context) ? [] : [`${whole}: recognised as something else`]),
  ];
}

const VERBS = {
  allow: ['may now also reach', 'may no longer reach'],
  deny: ['must now not reach either', 'is no longer denied'],
  logged: ['is now also logged reaching', 'is no longer logged reaching'],
} as const;

function leaseWords({ lease }: Rule): string {
  return lease ? `is leased until ${lease.expires}` : 'is no longer leased';
}
