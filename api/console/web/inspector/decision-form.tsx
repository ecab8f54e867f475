import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Group } from '../../../../analytics/model/topology';
import { KIND_WORDS } from '../words';

interface Decided {
  readonly name: string;
  readonly by: string;
  readonly reason: string;
}

interface Props {
  readonly group: Pick<Group, 'name' | 'kind'>;
  readonly verb: 'rename' | 'confirm' | 'refuse' | 'share';
  readonly decider: string;
  readonly cancel: () => void;
  readonly submit: (decided: Decided) => Promise<void>;
}

export function DecisionForm({ group, verb, decider, cancel, submit }: Props): VNode {
  const [decided, setDecided] = useState<Decided>({ name: group.name, by: decider, reason: '' });
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const field = (of: keyof Decided, label: string, required: boolean): VNode => (
    <label>
      {label}
      <input
        value={decided[of]}
        required={required}
        onInput={(event) => setDecided({ ...decided, [of]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <form
      class="decision-form"
      aria-label={`${verb} ${group.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        setBusy(true);
        submit(decided).catch((thrown: unknown) => {
          setTrouble(thrown instanceof Error ? thrown.message : String(thrown));
          setBusy(false);
        });
      }}
    >
      <p>{meaningOf(verb, group)}</p>
      {verb === 'rename' && field('name', 'New name', true)}
      {verb === 'share' && field('name', 'Name', true)}
      {field('reason', 'Reason, for those who read it later', true)}
      {field('by', 'Your name', true)}
      {trouble !== '' && (
        <p class="warning" role="alert">
          {trouble}
        </p>
      )}
      <div class="verbs">
        <button type="submit" class="button" disabled={busy}>
          Decide
        </button>
        <button type="button" class="button" onClick={cancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function meaningOf(verb: Props['verb'], { kind, name }: Props['group']): string {
  switch (verb) {
    case 'rename':
      return 'It keeps this name from the next analysis on.';
    case 'confirm':
      return `${name} is what it says it is, and its members stay together, whatever later traffic says.`;
    case 'refuse':
      return `${name} is no ${KIND_WORDS[kind].toLowerCase()}: from the next analysis on its members belong to applications.`;
    case 'share':
      return 'From the next analysis on these workloads are a shared service of this name, whatever the traffic says.';
  }
}
