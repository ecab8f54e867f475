import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Stage } from '../../../../recommender/lifecycle/model';
import type { Category, Section } from '../../../../recommender/model/policy';
import type { StoredPolicy } from '../client';
import type { Desk } from '../desk';
import { count } from '../words';
import { ActButtons } from './act-buttons';
import { LiftQuarantine, quarantinedBy } from './lift-quarantine';
import { RuleItem } from './rule-item';
import { ruleStages } from './stages';

const CATEGORY_WORDS: Readonly<Record<Category, string>> = {
  emergency: 'Emergency',
  infrastructure: 'Infrastructure',
  environment: 'Environment',
  application: 'Application',
};
/** More than this of one section nobody reads here; the table of rules searches them. */
const SHOWN = 100;

interface Props {
  readonly policy: StoredPolicy;
  readonly desk: Desk;
}

/** Sections in the order in which they decide. */
export function PolicySections({ policy, desk }: Props): VNode {
  const { sections } = policy.revision.body;
  const stages = useMemo(() => ruleStages(policy.revision.units), [policy]);
  if (sections.length === 0) return <p class="empty">This revision has no rules.</p>;
  return (
    <div class="sections">
      {sections.map((section, at) => (
        <SectionRules key={section.id} {...{ section, stages, policy, desk }} opened={at === 0} />
      ))}
    </div>
  );
}

interface SectionProps extends Props {
  readonly section: Section;
  readonly stages: ReadonlyMap<string, Stage>;
  /** At first. */
  readonly opened: boolean;
}

function SectionRules({ section, stages, opened, policy, desk }: SectionProps): VNode {
  const [open, setOpen] = useState(opened);
  const quarantined = quarantinedBy(section);
  const more = section.rules.length - SHOWN;
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="eyebrow">{CATEGORY_WORDS[section.category]}</span> {section.name}{' '}
        <span class="muted">{count(section.rules.length, 'rule')}</span>
      </summary>
      {open && (
        <ActButtons
          policy={policy}
          target={{ kind: 'section', section: section.id }}
          words={section.name}
          stages={section.rules.map(({ id }) => stages.get(id) ?? 'draft')}
          desk={desk}
        />
      )}
      {open && quarantined !== null && <LiftQuarantine policy={policy.id} name={quarantined} desk={desk} />}
      {open && (
        <ul class="rule-items">
          {section.rules.slice(0, SHOWN).map((rule) => (
            <RuleItem key={rule.id} rule={rule} stage={stages.get(rule.id) ?? 'draft'} policy={policy} desk={desk} />
          ))}
        </ul>
      )}
      {open && more > 0 && <p class="muted">and {count(more, 'more rule')}</p>}
    </details>
  );
}
