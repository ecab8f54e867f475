import { useCallback, useEffect, useState } from 'preact/hooks';
import { readHash, writeHash, type Place } from './hash';

export type Go = (change: Partial<Place>) => void;

/** The place in the address bar, and how to go elsewhere; back and forward work. */
export function usePlace(): readonly [Place, Go] {
  const [place, setPlace] = useState(() => readHash(window.location.hash));
  useEffect(() => {
    const follow = (): void => setPlace(readHash(window.location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  const go = useCallback<Go>((change) => {
    const now = readHash(window.location.hash);
    const next = { ...now, ...change };
    const { pathname, search } = window.location;
    // Every keystroke of a search would otherwise be a step back.
    const method = change.search === undefined ? 'pushState' : 'replaceState';
    if (writeHash(next) !== writeHash(now)) window.history[method](null, '', pathname + search + writeHash(next));
    setPlace(next);
  }, []);
  return [place, go];
}
