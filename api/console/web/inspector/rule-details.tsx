import type { VNode } from 'preact';
import type { Rule, Selector } from '../../../../recommender/model/policy';
import type { Estate } from '../estate';
import { selectorWords } from '../rules/rows';
import { serviceWords } from '../words';
import { Facts } from './facts';
import { Heading } from './heading';
import { RuleEvidence } from './rule-evidence';

interface Props {
  readonly rule: Rule;
  readonly estate: Estate;
  readonly close: () => void;
}

export function RuleDetails({ rule, estate, close }: Props): VNode {
  const words = (selectors: readonly Selector[]): string =>
    selectors.map((s) => (s.kind === 'group' ? estate.nameOf(s.group) : selectorWords(s, new Map()))).join(', ');
  return (
    <>
      <Heading kind={rule.action === 'allow' ? 'Allow rule' : 'Deny rule'} title={rule.words} close={close} />
      <Facts
        facts={[
          ['Source', words(rule.sources)],
          ['Destination', words(rule.destinations)],
          ['Services', <span class="mono">{rule.services.map(serviceWords).join(', ')}</span>],
        ]}
      />
      <RuleEvidence rule={rule} />
    </>
  );
}
