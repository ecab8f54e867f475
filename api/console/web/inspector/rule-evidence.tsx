import type { VNode } from 'preact';
import type { Context, Rule } from '../../../../recommender/model/policy';
import { bytes, count, directionWords, minute, moment, number, percent } from '../words';
import { Facts, type Fact } from './facts';

/** What a rule rests on, what it opens beyond that, and how long it is meant to last. */
export function RuleEvidence({ rule }: { readonly rule: Rule }): VNode {
  const { evidence, surface, confidenceParts = [], context, lease, extra } = rule;
  return (
    <>
      {lease && (
        <>
          <h3>For how long</h3>
          <p>
            Until {minute(lease.expires)}, unless it is used until then: {lease.reason}.
            {lease.calendar && ` Expected ${lease.calendar.words}.`}
          </p>
        </>
      )}
      <h3>Why</h3>
      <ul class="reasons">
        <li>
          {count(evidence.connections, 'connection')} between{' '}
          {evidence.dependencies === 1
            ? 'one pair of workloads'
            : `${number(evidence.dependencies)} pairs of workloads`}
          , in up to {count(evidence.hours, 'hour')}
          {evidence.days !== undefined && ` of ${count(evidence.days, 'day')}`}
        </li>
        <li>Who is the client: {directionWords(evidence.direction)}</li>
      </ul>
      <h3>What it opens</h3>
      <ul class="reasons">
        <li>
          {surface.unused === 0
            ? `${count(surface.opened, 'way')} between workloads, all of them seen in use`
            : `${count(surface.opened, 'way')} between workloads, ${number(surface.unused)} of them never seen in use`}
        </li>
        {extra && (
          <li>
            <span class="badge refused">opened by merging</span>
            {extra.words}: {count(extra.openings, 'way')} that none of its {number(extra.merged.length)} rules opened
          </li>
        )}
      </ul>
      {context && <ContextFacts context={context} />}
      <h3>
        Confidence <span class="muted numeric">{percent(rule.confidence)}</span>
      </h3>
      <ul class="parts">
        {confidenceParts.map(({ name, value, words }) => (
          <li key={name}>
            <span>{PART_WORDS[name]}</span>
            <span class="numeric">{percent(value)}</span>
            <span class="muted">{words}</span>
          </li>
        ))}
      </ul>
      <h3>Evidence</h3>
      <Facts facts={factsOf(rule)} />
      {(evidence.witnesses ?? []).length > 0 && (
        <ul class="parts" aria-label="Exporters">
          {evidence.witnesses?.map(({ exporter, quality, words }) => (
            <li key={exporter}>
              <span class="mono">{exporter}</span>
              <span class="numeric">{percent(quality)}</span>
              <span class="muted">{words === '' ? 'nothing speaks against it' : words}</span>
            </li>
          ))}
        </ul>
      )}
      <h3>Busiest</h3>
      <ul class="examples">
        {evidence.examples.map((example) => (
          <li key={example}>{example}</li>
        ))}
      </ul>
      {evidence.filter !== undefined && (
        <>
          <h3>See all of it</h3>
          <pre class="command">wayleave conversations '{evidence.filter}'</pre>
        </>
      )}
    </>
  );
}

const PART_WORDS: Readonly<Record<NonNullable<Rule['confidenceParts']>[number]['name'], string>> = {
  direction: 'Direction',
  repetition: 'Repetition',
  answered: 'Answered',
  membership: 'Membership',
  telemetry: 'Telemetry',
};

function factsOf({ evidence, log, alertOnly }: Rule): Fact[] {
  return [
    ...(evidence.conversations === undefined ? [] : [['Conversations', number(evidence.conversations)] as const]),
    ['Packets', number(evidence.packets)],
    ['Volume', bytes(evidence.bytes)],
    ['First seen', `${moment(evidence.firstSeen)} UTC`],
    ['Last seen', `${moment(evidence.lastSeen)} UTC`],
    ...(evidence.witnesses ? [] : [['Reported by', evidence.reporters.join(', ')] as const]),
    ['Logged', alertOnly ? 'yes, and it only logs' : log ? 'yes' : 'no'],
  ];
}

function ContextFacts({ context: { l7, tlsFloor, fqdns, users, processes } }: { readonly context: Context }): VNode {
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['Application', l7],
    ['TLS', tlsFloor === null ? [] : [`${tlsFloor} or newer`]],
    ['Host names', fqdns],
    ['Users', users],
    ['Processes', processes],
  ];
  return (
    <>
      <h3>Recognised as</h3>
      <Facts
        facts={lists.filter(([, values]) => values.length > 0).map(([name, values]) => [name, values.join(', ')])}
      />
    </>
  );
}
