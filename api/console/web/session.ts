const KEY = 'wayleave-token';
const DECIDER = 'wayleave-decider';

/** The API token of this browser tab, and who sits before it. */
export interface Session {
  token(): string | null;
  keep(token: string): void;
  /** As it was given with the last decision; '' before the first. */
  decider(): string;
  keepDecider(name: string): void;
}

/**
 * Takes the token out of `#token=…`, where the server prints it at start, so that it stays in neither the address bar,
 * the history nor a bookmark. Fragments never reach a server or its logs.
 */
export function openSession(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState'>,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): Session {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token');
  if (token !== null) {
    storage.setItem(KEY, token);
    fragment.delete('token');
    const rest = fragment.toString();
    history.replaceState(null, '', location.pathname + location.search + (rest === '' ? '' : `#${rest}`));
  }
  return {
    token: () => storage.getItem(KEY),
    keep: (given) => storage.setItem(KEY, given),
    decider: () => storage.getItem(DECIDER) ?? '',
    keepDecider: (name) => storage.setItem(DECIDER, name),
  };
}
