import type { VNode } from 'preact';

export function Failure({ detail, retry }: { readonly detail: string; readonly retry: () => void }): VNode {
  return (
    <main class="card-page">
      <div class="card" role="alert">
        <h1>This page could not be loaded</h1>
        <p>{detail}</p>
        <button type="button" class="button primary" onClick={retry}>
          Try again
        </button>
      </div>
    </main>
  );
}
