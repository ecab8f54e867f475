import type { ExporterName } from '../exporter';
import type { Reject } from '../format';
import type { ExportFormat } from '../template/definition';
import type { Source } from '../template/machine';
import type { Exporter } from './exporter';
import { LruMap } from './lru';
import type { DomainNames } from './names';
import type { OptionsRecord } from './options';
import { Sampling } from './sampling';
import { Session, type SessionOwner } from './session';
import type { Shared } from './shared';
import type { WaitingSet } from './waiting';

/** What is known of one observation domain of one exporter. Templates mean nothing outside it (RFC 7011 section 3.4.1). */
export class Domain implements SessionOwner, Source {
  readonly skipped = new Map<string, number>();
  readonly rejects = new Map<string, { count: number; last: Reject }>();
  readonly continuity = { lost: 0, restarts: 0 };
  readonly counters = {
    datagrams: 0,
    records: 0,
    wildTimes: 0,
    templatesEvicted: 0,
    templatesExpired: 0,
    unknownTemplateSets: 0,
    lastSeenMicros: 0,
    skewMicros: 0,
  };
  readonly sampling = new Sampling();
  biflowDirection = 0;
  bootMillis: number | undefined;
  private readonly sessions: LruMap<number | undefined, Session>;
  private latest: Session | undefined;
  private names: DomainNames | undefined;

  constructor(
    readonly from: Exporter,
    readonly format: ExportFormat | 'unknown',
    readonly domain: number,
    private readonly shared: Shared,
  ) {
    this.sessions = new LruMap(shared.limits.sessionsPerDomain, (session) => this.drop(session));
  }

  get exporter(): Uint8Array {
    return this.from.address;
  }

  get samplingRate(): number {
    return this.sampling.rate;
  }

  get samplers(): ReadonlyMap<number, number> {
    return this.sampling.rates('sampler');
  }

  get interfaceRates(): ReadonlyMap<number, number> {
    return this.sampling.interfaceRates;
  }

  /** @param id of the connection, undefined of UDP */
  session(id: number | undefined): Session {
    if (this.latest && this.latest.id === id) return this.latest;
    let session = this.sessions.get(id);
    if (!session) {
      session = new Session(id, this.shared, this);
      this.sessions.set(id, session);
      if (id !== undefined) this.shared.connections.join(id, this);
    }
    return (this.latest = session);
  }

  allSessions(): Session[] {
    return [...this.sessions.values()];
  }

  end(id: number): void {
    const session = this.sessions.delete(id);
    if (session) this.drop(session);
  }

  /** It made room for others: what it holds is given back. */
  forget(): void {
    for (const session of this.sessions.clear()) this.drop(session);
    if (this.names) this.shared.names.forget(this.names);
  }

  /** Milliseconds the exporter had been up at that time, where its start was announced. */
  uptimeAt(epochMicros: number): number | undefined {
    return this.bootMillis === undefined ? undefined : (epochMicros / 1000 - this.bootMillis) >>> 0;
  }

  /** Takes in what options data says of the domain. */
  learn({ sampling, bootMillis, biflowDirection, names }: OptionsRecord): void {
    if (sampling) this.sampling.learn(sampling.scope, sampling.id, sampling.rate, 'options');
    if (bootMillis !== undefined) this.bootMillis = bootMillis;
    if (biflowDirection !== undefined) this.biflowDirection = biflowDirection;
    for (const name of names) this.learnName(name);
  }

  skip(reason: string, count: number): void {
    if (count > 0) this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + count);
  }

  reject(code: string, message: string, byte: number): void {
    const reject = { code, message, where: { exporter: this.from.name, domain: this.domain, byte } };
    const known = this.rejects.get(code);
    this.rejects.set(code, { count: (known?.count ?? 0) + 1, last: reject });
    this.shared.onReject?.(reject);
  }

  onTemplateEvicted(): void {
    this.counters.templatesEvicted++;
  }

  onGiveUp({ for: awaited, offset, records }: WaitingSet, session: Session): void {
    if (typeof awaited === 'number') {
      this.counters.unknownTemplateSets++;
      this.reject(
        'unknown-template',
        `template ${awaited} never came for a data set of ${records.length} bytes`,
        offset,
      );
    } else {
      if (session.id !== undefined) this.shared.connections.giveUp(session.id);
      this.reject(
        'too-many-templates',
        `template ${awaited.definition.id} was not compiled for a data set of ${records.length} bytes: too many were`,
        offset,
      );
    }
  }

  private learnName(name: Pick<ExporterName, 'kind' | 'id' | 'name'>): void {
    const { names } = this.shared;
    this.names ??= names.domain();
    names.learn(this.names, { exporter: this.from.name, domain: this.domain, ...name });
  }

  private drop(session: Session): void {
    session.end();
    if (this.latest === session) this.latest = undefined;
    if (session.id !== undefined) this.shared.connections.leave(session.id, this);
  }
}
