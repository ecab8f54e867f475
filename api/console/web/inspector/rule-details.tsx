import type { VNode } from 'preact';
import type { Rule, Selector } from '../../../../recommender/model/policy';
import type { Estate } from '../estate';
import { selectorWords } from '../rules/rows';
import { bytes, count, directionWords, moment, number, percent, serviceWords } from '../words';
import { Facts } from './facts';
import { Heading } from './heading';

interface Props {
  readonly rule: Rule;
  readonly estate: Estate;
  readonly close: () => void;
}

export function RuleDetails({ rule, estate, close }: Props): VNode {
  const { evidence, surface } = rule;
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
          ['Confidence', percent(rule.confidence)],
          ['Logged', rule.log ? 'yes' : 'no'],
        ]}
      />
      <h3>Why</h3>
      <ul class="reasons">
        <li>
          {count(evidence.connections, 'connection')} between{' '}
          {evidence.dependencies === 1
            ? 'one pair of workloads'
            : `${number(evidence.dependencies)} pairs of workloads`}
          , in up to {count(evidence.hours, 'hour')}
        </li>
        <li>Who is the client: {directionWords(evidence.direction)}</li>
        <li>
          {surface.unused === 0
            ? `Opens ${count(surface.opened, 'way')} between workloads, all of them seen in use`
            : `Opens ${count(surface.opened, 'way')} between workloads, ${number(surface.unused)} of them never seen in use`}
        </li>
      </ul>
      <h3>Evidence</h3>
      <Facts
        facts={[
          ['Packets', number(evidence.packets)],
          ['Volume', bytes(evidence.bytes)],
          ['First seen', `${moment(evidence.firstSeen)} UTC`],
          ['Last seen', `${moment(evidence.lastSeen)} UTC`],
          ['Reported by', evidence.reporters.join(', ')],
        ]}
      />
      <h3>Busiest</h3>
      <ul class="examples">
        {evidence.examples.map((example) => (
          <li key={example}>{example}</li>
        ))}
      </ul>
    </>
  );
}
