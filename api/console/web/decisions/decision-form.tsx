import type { VNode } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

export interface Decided {
  /** What was asked for beside the reason. */
  readonly written: string;
  readonly by: string;
  readonly reason: string;
}

/** What a decision has to know beside who takes it and why. */
export interface Asked {
  readonly label: string;
  readonly value: string;
  /** To choose from; what is written otherwise the server judges. */
  readonly names?: readonly string[];
  readonly optional?: true;
}

interface Props {
  readonly label: string;
  /** What it does, before it is done. */
  readonly meaning: string;
  readonly asked?: Asked;
  /** False where what is asked for says it all. */
  readonly reasoned?: boolean;
  readonly decider: string;
  readonly cancel: () => void;
  readonly submit: (decided: Decided) => Promise<void>;
}

/** Who decides what, and why; what the server has against it stays beside it in its words. */
export function DecisionForm({ label, meaning, asked, reasoned = true, decider, cancel, submit }: Props): VNode {
  const [decided, setDecided] = useState<Decided>({ written: asked?.value ?? '', by: decider, reason: '' });
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const names = useId();
  useEffect(() => borrowFocus(form.current), []);
  const field = (of: keyof Decided, title: string): VNode => (
    <label>
      {title}
      <input
        value={decided[of]}
        required={!(of === 'written' && asked?.optional)}
        autocomplete="off"
        list={of === 'written' && asked?.names ? names : undefined}
        onInput={(event) => setDecided({ ...decided, [of]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <form
      ref={form}
      class="decision-form"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'Escape') cancel();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        setBusy(true);
        submit(decided).catch((thrown: unknown) => {
          setTrouble(thrown instanceof Error ? thrown.message : String(thrown));
          setBusy(false);
        });
      }}
    >
      <p>{meaning}</p>
      {asked !== undefined && field('written', asked.label)}
      {asked?.names && (
        <datalist id={names}>
          {asked.names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      )}
      {reasoned && field('reason', 'Reason, for those who read it later')}
      {field('by', 'Your name')}
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

/** Puts the focus into the form, and back to where it was once the form is gone. */
function borrowFocus(form: HTMLFormElement | null): () => void {
  const before = document.activeElement;
  form?.querySelector('input')?.focus();
  return () => {
    // Who went elsewhere meanwhile stays there; an element that is removed leaves the focus to the body.
    if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
  };
}
