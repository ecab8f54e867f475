import type { VNode } from 'preact';
import type { Category, Section } from '../../../../recommender/model/policy';
import type { PolicyAnswer } from '../../contract';
import type { Desk } from '../desk';
import { count } from '../words';
import { RuleItem } from './rule-item';

const CATEGORY_WORDS: Readonly<Record<Category, string>> = {
  emergency: 'Emergency',
  infrastructure: 'Infrastructure',
  environment: 'Environment',
  application: 'Application',
};
/** More than this of one section nobody reads here; the table of rules searches them. */
const SHOWN = 100;

interface Props {
  readonly policy: PolicyAnswer;
  readonly desk: Desk;
}

/** Sections in the order in which they decide. */
export function PolicySections({ policy, desk }: Props): VNode {
  const { sections } = policy.revision.body;
  if (sections.length === 0) return <p class="empty">This revision has no rules.</p>;
  return (
    <div class="sections">
      {sections.map((section, at) => (
        <details key={section.id} open={at === 0}>
          <summary>
            <span class="eyebrow">{CATEGORY_WORDS[section.category]}</span> {section.name}{' '}
            <span class="muted">{count(section.rules.length, 'rule')}</span>
          </summary>
          <SectionRules section={section} policy={policy} desk={desk} />
        </details>
      ))}
    </div>
  );
}

function SectionRules({ section, policy, desk }: Props & { readonly section: Section }): VNode {
  const more = section.rules.length - SHOWN;
  return (
    <>
      <ul class="rule-items">
        {section.rules.slice(0, SHOWN).map((rule) => (
          <RuleItem key={rule.id} rule={rule} policy={policy} desk={desk} />
        ))}
      </ul>
      {more > 0 && <p class="muted">and {count(more, 'more rule')}</p>}
    </>
  );
}
