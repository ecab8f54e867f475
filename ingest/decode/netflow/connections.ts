/** What of a domain a connection brings to its end. */
export interface Heard {
  end(id: number): void;
}

/** Which domains are heard over which TCP or TLS connection. */
export class Connections<Domain extends Heard = Heard> {
  private readonly domains = new Map<number, Set<Domain>>();
  /** Those that brought data sets which were given up though their template was known. */
  private readonly incomplete = new Set<number>();

  join(id: number, domain: Domain): void {
    const joined = this.domains.get(id);
    if (joined) joined.add(domain);
    else this.domains.set(id, new Set([domain]));
  }

  leave(id: number, domain: Domain): void {
    const joined = this.domains.get(id);
    if (joined?.delete(domain) === true && joined.size === 0) this.domains.delete(id);
  }

  heardOver(id: number): Iterable<Domain> {
    return this.domains.get(id) ?? [];
  }

  /** Something that it brought was given up, by our limits. */
  giveUp(id: number): void {
    this.incomplete.add(id);
  }

  /** Whether nothing was given up. */
  complete(id: number): boolean {
    return !this.incomplete.has(id);
  }

  /** Has all leave it. */
  end(id: number): void {
    for (const domain of this.heardOver(id)) domain.end(id);
    this.incomplete.delete(id);
  }
}
