import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

interface Props {
  /** A token was given and not accepted. */
  readonly rejected: boolean;
  readonly submit: (token: string) => void;
}

export function SignIn({ rejected, submit }: Props): VNode {
  const [token, setToken] = useState('');
  return (
    <main class="card-page">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') submit(token.trim());
        }}
      >
        <h1>Wayleave</h1>
        <p>
          Open the address that <code>wayleave serve</code> printed when it started, or paste the token from it.
        </p>
        {rejected && (
          <p class="warning" role="alert">
            The server does not accept this token.
          </p>
        )}
        <label for="token">API token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <button type="submit" class="button primary">
          Continue
        </button>
      </form>
    </main>
  );
}
