import { useEffect, useState } from 'preact/hooks';

export type Asking<Answer> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly detail: string }
  | { readonly state: 'ready'; readonly answer: Answer };

/**
 * What is asked for only where it is shown. While another answer is on its way the one before stays.
 *
 * @param about asked again when any of these changed
 */
export function useAnswer<Answer>(ask: () => Promise<Answer>, about: readonly unknown[]): Asking<Answer> {
  const [asking, setAsking] = useState<Asking<Answer>>({ state: 'loading' });
  useEffect(() => {
    let current = true;
    ask().then(
      (answer) => current && setAsking({ state: 'ready', answer }),
      (thrown: unknown) => {
        if (current) setAsking({ state: 'failed', detail: thrown instanceof Error ? thrown.message : String(thrown) });
      },
    );
    return () => {
      current = false;
    };
  }, about);
  return asking;
}
