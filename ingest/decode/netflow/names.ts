import type { ExporterName } from '../exporter';
import type { Limits } from './limits';
import { LruMap } from './lru';
import { Pool } from './pool';

/** Longer ones are cut: no MIB allows them (ifAlias has 64 characters, ifDescr 255). */
const MOST_CHARACTERS = 255;

/** The names that one domain gave. */
export type DomainNames = LruMap<string, ExporterName>;

/** What options data named, of all domains; bounded, the oldest give way. */
export class Names {
  private readonly pool: Pool;
  /** Named anew since it was last asked for: part of what is held, and bounded with it. */
  private readonly changed = new Set<ExporterName>();

  constructor(private readonly limits: Pick<Limits, 'names' | 'namesPerDomain'>) {
    this.pool = new Pool(limits.names);
  }

  domain(): DomainNames {
    return new LruMap(this.limits.namesPerDomain, (name) => this.changed.delete(name), this.pool);
  }

  learn(names: DomainNames, named: ExporterName): void {
    const key = `${named.kind} ${named.id}`;
    const name = named.name.slice(0, MOST_CHARACTERS);
    const known = names.peek(key);
    if (known?.name === name) return;
    if (known) this.changed.delete(known);
    const kept = { ...named, name };
    this.changed.add(kept);
    names.set(key, kept);
  }

  forget(names: DomainNames): void {
    for (const name of names.clear()) this.changed.delete(name);
  }

  takeChanged(): ExporterName[] {
    const changed = [...this.changed];
    this.changed.clear();
    return changed;
  }
}
