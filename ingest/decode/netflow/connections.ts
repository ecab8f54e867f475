/** What knows something of a connection that is of no use without it. */
interface Party {
  end(connection: number): void;
}

/** Who is heard over which TCP or TLS connection. */
export class Connections {
  private readonly parties = new Map<number, Set<Party>>();

  join(id: number, party: Party): void {
    const joined = this.parties.get(id);
    if (joined) joined.add(party);
    else this.parties.set(id, new Set([party]));
  }

  leave(id: number, party: Party): void {
    const joined = this.parties.get(id);
    if (joined?.delete(party) === true && joined.size === 0) this.parties.delete(id);
  }

  /** Has all leave it. */
  end(id: number): void {
    for (const party of this.parties.get(id) ?? []) party.end(id);
  }
}
