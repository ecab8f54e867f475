import type { SteadyClock } from '../../kernel/time';
import type { RowBatches } from '../../model/rows';
import type { ExporterHealth, ExporterName, FlowDecoder, Sender } from '../exporter';
import type { Reject } from '../format';
import { NETFLOW5_RECORD_BYTES, NETFLOW5_TEMPLATE, type Netflow5Header } from '../netflow5/datagram';
import { EARLIEST_MICROS } from '../template/memory';
import { allZero } from '../wire';
import { CompileBudget } from './compile-budget';
import { DataSets } from './data-sets';
import type { Delivery } from './delivery';
import type { Domain } from './domain';
import { Domains } from './domains';
import { readHeader } from './headers';
import { healthOf } from './health';
import { DEFAULT_LIMITS, type Limits } from './limits';
import { Sets } from './sets';
import { Connections } from './connections';
import { shareOut, type Shared } from './shared';
import { restoreState, stateOf, type NetflowState } from './state';
import { Template } from './template';
import type { Units } from './sequence';

export interface NetflowDecoderOptions {
  readonly limits?: Partial<Limits>;
  /** Hears of everything that could not be taken, as it happens; `health` keeps the counts. */
  readonly onReject?: (reject: Reject) => void;
  /** What an earlier decoder knew. */
  readonly state?: NetflowState;
  /** What lifetimes are measured by while exporters are heard; otherwise it is by when datagrams were received. */
  readonly steady?: SteadyClock;
}

export interface NetflowDecoder extends FlowDecoder {
  /**
   * What exporters announced over UDP and would otherwise have to announce again before their data can be read:
   * templates, sampling, boot times. A plain value, which can be written as JSON.
   */
  state(): NetflowState;
}

export function createNetflowDecoder(options: NetflowDecoderOptions = {}): NetflowDecoder {
  const decoder = new Decoder({ ...DEFAULT_LIMITS, ...options.limits }, options.onReject, options.steady);
  if (options.state) decoder.restore(options.state);
  return decoder;
}

const ONE_DATAGRAM: Units = { all: 1, flows: 1 };
const DAY_MICROS = 86_400_000_000;

class Decoder implements NetflowDecoder {
  private readonly connections = new Connections<Domain>();
  private readonly shared: Shared;
  private readonly domains: Domains;
  private readonly data = new DataSets();
  private readonly sets: Sets;
  private readonly netflow5 = new Template(NETFLOW5_TEMPLATE, 0);

  constructor(
    limits: Limits,
    onReject: ((reject: Reject) => void) | undefined,
    private readonly steady: SteadyClock | undefined,
  ) {
    this.shared = shareOut(limits, onReject, this.connections);
    this.domains = new Domains(this.shared);
    this.sets = new Sets(this.data, limits);
  }

  decode(datagram: Uint8Array, from: Sender, receivedMicros: number, batches: RowBatches): void {
    const header = readHeader(datagram);
    const domain = this.domains.find(from.address, header?.format ?? 'unknown', header?.domain ?? 0);
    domain.counters.datagrams++;
    domain.counters.lastSeenMicros = receivedMicros;
    domain.from.compilations.earn(datagram.length);
    this.shared.finishing.earn(datagram.length);
    if (!header) {
      domain.reject('not-an-export', `no NetFlow v5, v9 or IPFIX header in ${datagram.length} bytes`, 0);
      return;
    }
    const exportedMicros = exportTime(domain, header.exportedMicros, receivedMicros);
    const session = domain.session(from.session);
    const { uptimeMillis } = header;
    const delivery = {
      domain,
      session,
      bytes: datagram,
      offset: 0,
      receivedMicros,
      steadyMillis: this.steady?.() ?? receivedMicros / 1000,
      exportedMicros,
      uptimeMillis,
      batches,
      compilations: domain.from.compilations,
    };
    this.data.enter(delivery);
    const records = 'count' in header ? this.takeNetflow5(delivery, header) : this.sets.take(delivery, header);
    const units = header.format === 'netflow9' ? ONE_DATAGRAM : records;
    session.sequence.advance(header.sequence, units, exportedMicros, uptimeMillis);
  }

  settle(): void {
    for (const domain of this.domains.all()) for (const session of domain.allSessions()) session.giveUpBefore();
  }

  health(): ExporterHealth[] {
    return this.domains
      .all()
      .map(healthOf)
      .sort((a, b) => compare(a.exporter, b.exporter) || compare(a.format, b.format) || a.domain - b.domain);
  }

  takeNames(): ExporterName[] {
    return this.shared.names.takeChanged();
  }

  finish(id: number, batches: RowBatches): boolean {
    const { connections } = this;
    const { finishing, limits } = this.shared;
    const compilations = new CompileBudget(limits.waitingSets, finishing);
    let complete = connections.complete(id);
    for (const domain of connections.heardOver(id)) {
      const session = domain.session(id);
      this.sets.takePostponed({ domain, session, batches, compilations });
      complete &&= session.postponed.size === 0;
    }
    return complete;
  }

  end(session: number): void {
    this.connections.end(session);
  }

  state(): NetflowState {
    return stateOf(this.domains.all());
  }

  restore(state: NetflowState): void {
    restoreState(state, (address, format, id) => this.domains.find(address, format, id));
  }

  private takeNetflow5(delivery: Delivery, header: Netflow5Header): Units {
    const { domain, bytes } = delivery;
    if (header.samplingRate > 0 && domain.sampling.stated !== header.samplingRate) {
      domain.sampling.learn('domain', 0, header.samplingRate, 'header');
      this.data.refresh(delivery);
    }
    const whole = Math.min(header.count, Math.floor((bytes.length - header.from) / NETFLOW5_RECORD_BYTES));
    if (whole < header.count) {
      domain.reject(
        'truncated',
        `header states ${header.count} records, ${whole} are there`,
        header.from + whole * NETFLOW5_RECORD_BYTES,
      );
    } else if (!allZero(bytes, header.end, bytes.length)) {
      domain.reject('trailing-bytes', `${bytes.length - header.end} bytes after the last record`, header.end);
    }
    this.data.take(delivery, this.netflow5, header.from, header.from + whole * NETFLOW5_RECORD_BYTES);
    return { all: header.count, flows: header.count };
  }
}

/** When it was sent, or received where the exporter's clock cannot be right. */
function exportTime(domain: Domain, stated: number, receivedMicros: number): number {
  domain.counters.skewMicros = receivedMicros - stated;
  if (stated >= EARLIEST_MICROS && stated <= receivedMicros + DAY_MICROS) return stated;
  domain.counters.wildTimes++;
  return receivedMicros;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
