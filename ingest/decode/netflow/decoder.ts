import type { RowBatches } from '../../model/rows';
import type { ExporterHealth, ExporterName, FlowDecoder, Sender } from '../exporter';
import type { Reject } from '../format';
import { NETFLOW5_RECORD_BYTES, NETFLOW5_TEMPLATE, type Netflow5Header } from '../netflow5/datagram';
import { shortestRecord, type TemplateDefinition } from '../template/definition';
import { Machine } from '../template/machine';
import { EARLIEST_MICROS } from '../template/memory';
import { allZero, uint16 } from '../wire';
import { Template, type Domain } from './domain';
import { Domains } from './domains';
import type { DatagramHeader } from './header';
import { readHeader } from './headers';
import { healthOf } from './health';
import { DEFAULT_LIMITS, type Limits } from './limits';
import { readRecords, type OptionsRecord } from './options';
import { FIRST_DATA_SET, readTemplates, type TemplateSet } from './templates';
import type { Units } from './sequence';
import type { WaitingSet } from './waiting';

export interface NetflowDecoderOptions {
  readonly limits?: Partial<Limits>;
  /** Hears of everything that could not be taken, as it happens; `health` keeps the counts. */
  readonly onReject?: (reject: Reject) => void;
}

export function createNetflowDecoder(options: NetflowDecoderOptions = {}): FlowDecoder {
  return new NetflowDecoder({ ...DEFAULT_LIMITS, ...options.limits }, options.onReject);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The datagram, or waiting data set, being read. */
interface Delivery {
  readonly domain: Domain;
  readonly bytes: Uint8Array;
  /** Where `bytes` began in its datagram. */
  readonly offset: number;
  readonly receivedMicros: number;
  readonly exportedMicros: number;
  /** From the header; undefined in IPFIX. */
  readonly uptimeMillis: number | undefined;
  readonly batches: RowBatches;
}

const ONE_DATAGRAM: Units = { all: 1, flows: 1 };
const SET_HEADER_BYTES = 4;
/** Sets are padded to a multiple of four, or eight (RFC 7011 section 3.3.1), not always with zeros. */
const MOST_PADDING = 7;
const DAY_MICROS = 86_400_000_000;

class NetflowDecoder implements FlowDecoder {
  private readonly machine = new Machine();
  private readonly domains: Domains;
  private readonly netflow5 = new Template(NETFLOW5_TEMPLATE);
  /** Whose context the machine holds. */
  private attributed: Domain | undefined;

  constructor(
    limits: Limits,
    private readonly onReject: ((reject: Reject) => void) | undefined,
  ) {
    this.domains = new Domains(limits);
  }

  decode(datagram: Uint8Array, { address }: Sender, receivedMicros: number, batches: RowBatches): void {
    const header = readHeader(datagram);
    const domain = this.domains.find(address, header?.format ?? 'unknown', header?.domain ?? 0);
    domain.counters.datagrams++;
    domain.counters.lastSeenMicros = receivedMicros;
    if (!header) {
      this.reject(domain, 'not-an-export', `no NetFlow v5, v9 or IPFIX header in ${datagram.length} bytes`, 0);
      return;
    }
    const sane = header.exportedMicros >= EARLIEST_MICROS && header.exportedMicros <= receivedMicros + DAY_MICROS;
    if (!sane) domain.counters.wildTimes++;
    const exportedMicros = sane ? header.exportedMicros : receivedMicros;
    const { uptimeMillis } = header;
    const delivery = { domain, bytes: datagram, offset: 0, receivedMicros, exportedMicros, uptimeMillis, batches };
    this.enter(delivery);
    const records = 'count' in header ? this.takeNetflow5(delivery, header) : this.takeSets(delivery, header);
    const units = header.format === 'netflow9' ? ONE_DATAGRAM : records;
    domain.sequence.advance(header.sequence, units, exportedMicros, uptimeMillis);
  }

  settle(): void {
    for (const domain of this.domains.all()) this.giveUp(domain, domain.waiting.take());
  }

  health(): ExporterHealth[] {
    return this.domains
      .all()
      .map(healthOf)
      .sort((a, b) => compare(a.exporter, b.exporter) || compare(a.format, b.format) || a.domain - b.domain);
  }

  takeNames(): ExporterName[] {
    return [];
  }

  end(_session: number): void {
    return;
  }

  private enter(delivery: Delivery): void {
    this.machine.load(delivery.bytes);
    this.prepare(delivery);
  }

  /** Gives the machine what the records of a delivery share. */
  private prepare({ domain, receivedMicros, exportedMicros, uptimeMillis }: Delivery): void {
    if (this.attributed !== domain) {
      this.machine.attribute(domain);
      this.attributed = domain;
    }
    this.machine.stamp(receivedMicros, exportedMicros, uptimeMillis ?? domain.uptimeAt(exportedMicros));
  }

  private takeNetflow5(delivery: Delivery, header: Netflow5Header): Units {
    const { domain, bytes } = delivery;
    if (header.samplingRate > 0 && domain.samplingRate !== header.samplingRate) {
      domain.learnSampling(header.samplingRate, 'header');
      this.machine.attribute(domain);
    }
    const whole = Math.min(header.count, Math.floor((bytes.length - header.from) / NETFLOW5_RECORD_BYTES));
    if (whole < header.count) {
      this.reject(
        domain,
        'truncated',
        `header states ${header.count} records, ${whole} are there`,
        header.from + whole * NETFLOW5_RECORD_BYTES,
      );
    } else if (!allZero(bytes, header.end, bytes.length)) {
      this.reject(domain, 'trailing-bytes', `${bytes.length - header.end} bytes after the last record`, header.end);
    }
    this.takeFlows(delivery, this.netflow5, header.from, header.from + whole * NETFLOW5_RECORD_BYTES);
    return { all: header.count, flows: header.count };
  }

  private takeSets(delivery: Delivery, header: DatagramHeader): Units | undefined {
    const { domain, bytes } = delivery;
    const end = Math.min(header.end, bytes.length);
    if (header.end > bytes.length) {
      this.reject(domain, 'truncated', `header states ${header.end} bytes, ${bytes.length} are there`, bytes.length);
    } else if (header.end < header.from) {
      this.reject(domain, 'message-length', `header states ${header.end} bytes, fewer than its own`, 0);
    } else if (!allZero(bytes, end, bytes.length)) {
      this.reject(domain, 'trailing-bytes', `${bytes.length - end} bytes after the message`, end);
    }
    let counted = true;
    const units = { all: 0, flows: 0 };
    for (let at = header.from; at + SET_HEADER_BYTES <= end;) {
      const id = uint16(bytes, at);
      const length = uint16(bytes, at + 2);
      if (length < SET_HEADER_BYTES) {
        // PAN-OS fills the datagram up with zeros.
        if (!allZero(bytes, at, end))
          this.reject(domain, 'set-length', `set ${id} states ${length} bytes, fewer than its header`, at);
        break;
      }
      if (at + length > end)
        this.reject(domain, 'set-length', `set ${id} states ${length} bytes, ${end - at} are there`, at);
      counted = this.takeSet(delivery, id, at + SET_HEADER_BYTES, Math.min(at + length, end), units) && counted;
      at += length;
    }
    return counted ? units : undefined;
  }

  /** @returns false for a data set whose template is not known, and which adds nobody knows what to the units */
  private takeSet(delivery: Delivery, id: number, from: number, end: number, units: Writable<Units>): boolean {
    if (id >= FIRST_DATA_SET) {
      const template = delivery.domain.templates.peek(id);
      if (!template) {
        this.wait(delivery, id, from, end);
        return false;
      }
      const records = this.takeData(delivery, template, from, end);
      units.all += records;
      if (!isOptions(template)) units.flows += records;
      return true;
    }
    const format = delivery.domain.format === 'ipfix' ? 'ipfix' : 'netflow9';
    const [data, options] = TEMPLATE_SETS[format];
    if (id === data || id === options) {
      this.takeTemplates(delivery, { bytes: delivery.bytes, from, end, format, options: id === options });
    } else {
      this.reject(delivery.domain, 'set-id', `set id ${id} is reserved`, from - SET_HEADER_BYTES);
    }
    return true;
  }

  private takeTemplates(delivery: Delivery, set: TemplateSet): void {
    const { domain } = delivery;
    const { templates } = domain;
    readTemplates(set, {
      define: (definition) => this.define(delivery, definition),
      withdraw: (id) => {
        const all = [...templates.keys()].filter(
          (known) => isOptions(templates.peek(known)) === (id === WITHDRAW_OPTIONS),
        );
        for (const gone of id < FIRST_DATA_SET ? all : [id]) templates.delete(gone);
      },
      reject: (code, message, at) => this.reject(domain, code, message, at),
    });
  }

  private define(delivery: Delivery, definition: TemplateDefinition): void {
    const { templates, waiting } = delivery.domain;
    const template = new Template(definition);
    const known = templates.peek(definition.id);
    const same = known?.key === template.key && isOptions(known) === isOptions(template);
    templates.set(definition.id, same ? known : template);
    const sets = waiting.take(definition.id);
    if (sets.length === 0) return;
    for (const set of sets) {
      const earlier = { ...delivery, ...set, bytes: set.records };
      this.enter(earlier);
      this.takeData(earlier, same ? known : template, 0, set.records.length);
    }
    this.enter(delivery);
  }

  private wait(
    { domain, bytes, receivedMicros, exportedMicros, uptimeMillis }: Delivery,
    templateId: number,
    from: number,
    end: number,
  ): void {
    const records = bytes.slice(from, end);
    this.giveUp(
      domain,
      domain.waiting.add({ templateId, records, offset: from, receivedMicros, exportedMicros, uptimeMillis }),
    );
  }

  /** @returns the records in it */
  private takeData(delivery: Delivery, template: Template, from: number, end: number): number {
    return isOptions(template)
      ? this.takeOptions(delivery, template, from, end)
      : this.takeFlows(delivery, template, from, end);
  }

  private takeFlows(delivery: Delivery, template: Template, from: number, end: number): number {
    const { domain } = delivery;
    const decoder = this.machine.decoderFor(template.key, template.definition);
    if (decoder === null) {
      const records = this.walk(delivery, template, from, end, () => undefined);
      domain.skip('no-addresses', records);
      return records;
    }
    const { at, rows, wildTimes } = this.machine.decode(
      decoder,
      from,
      end,
      template.batchFor(decoder, delivery.batches),
    );
    domain.counters.records += rows;
    domain.counters.wildTimes += wildTimes;
    this.checkRest(delivery, template, at, end, decoder.shortest);
    return rows;
  }

  private takeOptions(delivery: Delivery, template: Template, from: number, end: number): number {
    const { domain } = delivery;
    const records = this.walk(
      delivery,
      template,
      from,
      end,
      ({ sampler, samplingRate, bootMillis, biflowDirection }) => {
        if (samplingRate !== undefined) domain.learnSampling(samplingRate, 'options', sampler);
        if (bootMillis !== undefined) domain.bootMillis = bootMillis;
        if (biflowDirection !== undefined) domain.biflowDirection = biflowDirection;
      },
    );
    domain.skip('options', records);
    this.attributed = undefined;
    this.prepare(delivery);
    return records;
  }

  /** Goes over records that are not flows, and counts them. */
  private walk(
    delivery: Delivery,
    template: Template,
    from: number,
    end: number,
    onRecord: (record: OptionsRecord) => void,
  ): number {
    let count = 0;
    const at = readRecords(delivery.bytes, from, end, template.definition, (record) => {
      count++;
      onRecord(record);
    });
    this.checkRest(delivery, template, at, end, shortestRecord(template.definition.fields));
    return count;
  }

  private checkRest(
    { domain, bytes, offset }: Delivery,
    { definition }: Template,
    at: number,
    end: number,
    shortest: number,
  ): void {
    const rest = end - at;
    if (rest < shortest && (rest <= MOST_PADDING || allZero(bytes, at, end))) return;
    this.reject(
      domain,
      'record-cut',
      `${rest} bytes at the end of a set are no whole record of template ${definition.id}`,
      offset + at,
    );
  }

  private giveUp(domain: Domain, sets: readonly WaitingSet[]): void {
    for (const { templateId, offset, records } of sets) {
      domain.counters.unknownTemplateSets++;
      this.reject(
        domain,
        'unknown-template',
        `template ${templateId} never came for a data set of ${records.length} bytes`,
        offset,
      );
    }
  }

  private reject(domain: Domain, code: string, message: string, byte: number): void {
    const reject = { code, message, where: { exporter: domain.name, domain: domain.domain, byte } };
    domain.reject(reject);
    this.onReject?.(reject);
  }
}

/** Set ids of data and options templates: RFC 7011 section 3.3.2, RFC 3954 sections 5.2 and 6.1. */
const TEMPLATE_SETS = { ipfix: [2, 3], netflow9: [0, 1] } as const;
const WITHDRAW_OPTIONS = 3;

function isOptions(template: Template | undefined): boolean {
  return template?.definition.scopeFields !== undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
