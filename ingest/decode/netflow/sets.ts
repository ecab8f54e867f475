import type { TemplateDefinition } from '../template/definition';
import { allZero, uint16 } from '../wire';
import type { DataSets } from './data-sets';
import type { Addressing, Delivery } from './delivery';
import type { DatagramHeader } from './header';
import type { Limits } from './limits';
import type { Units } from './sequence';
import { Template } from './template';
import { FIRST_DATA_SET, readTemplates, type TemplateSet } from './templates';
import type { WaitingSet } from './waiting';

const SET_HEADER_BYTES = 4;
/** Set ids of data and options templates: RFC 7011 section 3.3.2, RFC 3954 sections 5.2 and 6.1. */
const TEMPLATE_SETS = { ipfix: [2, 3], netflow9: [0, 1] } as const;
const WITHDRAW_OPTIONS = 3;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Goes over the sets of NetFlow v9 and IPFIX: keeps the templates, and has data decoded by them, now or later. */
export class Sets {
  constructor(
    private readonly data: DataSets,
    private readonly limits: Limits,
  ) {}

  /** @returns the records in all sets; undefined when that cannot be told */
  take(delivery: Delivery, header: DatagramHeader): Units | undefined {
    const { domain, session, bytes, steadyMillis } = delivery;
    const end = Math.min(header.end, bytes.length);
    if (header.end > bytes.length) {
      domain.reject('truncated', `header states ${header.end} bytes, ${bytes.length} are there`, bytes.length);
    } else if (header.end < header.from) {
      domain.reject('message-length', `header states ${header.end} bytes, fewer than its own`, 0);
    } else if (!allZero(bytes, end, bytes.length)) {
      domain.reject('trailing-bytes', `${bytes.length - end} bytes after the message`, end);
    }
    if (session.waiting.size > 0) session.giveUpBefore(steadyMillis - this.limits.waitingSeconds * 1000);
    if (session.postponed.size > 0) {
      this.takePostponed(delivery);
      this.data.enter(delivery);
    }
    let counted = true;
    const units = { all: 0, flows: 0 };
    for (let at = header.from; at + SET_HEADER_BYTES <= end;) {
      const id = uint16(bytes, at);
      const length = uint16(bytes, at + 2);
      if (length < SET_HEADER_BYTES) {
        // PAN-OS fills the datagram up with zeros.
        if (!allZero(bytes, at, end))
          domain.reject('set-length', `set ${id} states ${length} bytes, fewer than its header`, at);
        break;
      }
      if (at + length > end) domain.reject('set-length', `set ${id} states ${length} bytes, ${end - at} are there`, at);
      counted = this.takeSet(delivery, id, at + SET_HEADER_BYTES, Math.min(at + length, end), units) && counted;
      at += length;
    }
    return counted ? units : undefined;
  }

  /** Decodes what is postponed, as far as templates may be compiled. No delivery is entered afterwards. */
  takePostponed(addressing: Addressing): void {
    const { session, compilations } = addressing;
    for (const template of session.postponed) {
      if (compilations.empty) return;
      session.postponed.delete(template);
      this.takeWaiting(addressing, session.waiting.take(template), template);
    }
  }

  /** @returns false for a data set that cannot be decoded yet, and which adds nobody knows what to the units */
  private takeSet(delivery: Delivery, id: number, from: number, end: number, units: Writable<Units>): boolean {
    if (id >= FIRST_DATA_SET) return this.takeData(delivery, id, from, end, units);
    const format = delivery.domain.format === 'ipfix' ? 'ipfix' : 'netflow9';
    const [data, options] = TEMPLATE_SETS[format];
    if (id === data || id === options) {
      this.takeTemplates(delivery, { bytes: delivery.bytes, from, end, format, options: id === options });
    } else {
      delivery.domain.reject('set-id', `set id ${id} is reserved`, from - SET_HEADER_BYTES);
    }
    return true;
  }

  private takeData(delivery: Delivery, id: number, from: number, end: number, units: Writable<Units>): boolean {
    const template = this.templateFor(delivery, id);
    const { session, bytes, receivedMicros, steadyMillis, exportedMicros, uptimeMillis } = delivery;
    // What is postponed must not be overtaken.
    const ready = template && !session.postponed.has(template);
    const records = ready ? this.data.take(delivery, template, from, end) : undefined;
    if (records === undefined) {
      if (template) session.postponed.add(template);
      const held = bytes.slice(from, end);
      session.waiting.add({
        for: template ?? id,
        records: held,
        offset: from,
        receivedMicros,
        steadyMillis,
        exportedMicros,
        uptimeMillis,
      });
      return false;
    }
    units.all += records;
    if (template?.options === false) units.flows += records;
    return true;
  }

  /**
   * A template that was not announced again in its lifetime must not be used, however much data still comes for it: its
   * id may by now stand for something else, announced in a datagram that was lost (RFC 7011 section 8.4). The data waits
   * for the next announcement instead.
   */
  private templateFor({ domain, session, receivedMicros, steadyMillis }: Delivery, id: number): Template | undefined {
    const template = session.templates.peek(id);
    if (!template || session.id !== undefined) return template;
    if (steadyMillis - template.heldSince(receivedMicros, steadyMillis) <= this.limits.templateSeconds * 1000)
      return template;
    session.templates.delete(id);
    domain.counters.templatesExpired++;
    return undefined;
  }

  private takeTemplates(delivery: Delivery, set: TemplateSet): void {
    const { domain } = delivery;
    readTemplates(set, {
      define: (definition, at) => this.define(delivery, definition, at),
      withdraw: (id, at) => this.withdraw(delivery, id, at),
      reject: (code, message, at) => domain.reject(code, message, at),
    });
  }

  /** A template replaces the one of its id. In a connection it must have been withdrawn before (RFC 7011 section 8.1). */
  private define(delivery: Delivery, definition: TemplateDefinition, at: number): void {
    const { domain, session, receivedMicros, steadyMillis } = delivery;
    const announced = new Template(definition, receivedMicros);
    const known = session.templates.peek(definition.id);
    const template = known?.equals(announced) === true ? known : announced;
    if (known && known !== template && session.id !== undefined)
      domain.reject(
        'template-redefined',
        `template ${definition.id} is another than before, and was not withdrawn`,
        at,
      );
    template.hold(receivedMicros, steadyMillis);
    session.announce(template);
    const waiting = session.waiting.take(definition.id);
    if (waiting.length === 0) return;
    this.takeWaiting(delivery, waiting, template);
    this.data.enter(delivery);
  }

  /** RFC 7011 section 8.1. Over UDP there is none (section 8.4): it could be anybody's, or late. */
  private withdraw({ domain, session }: Delivery, id: number, at: number): void {
    const { templates } = session;
    if (session.id === undefined) {
      domain.reject('withdrawal-over-udp', `template ${id} cannot be withdrawn over UDP`, at);
      return;
    }
    const all = [...templates.keys()].filter((known) => templates.peek(known)?.options === (id === WITHDRAW_OPTIONS));
    for (const gone of id < FIRST_DATA_SET ? all : [id]) templates.delete(gone);
  }

  private takeWaiting(addressing: Addressing, sets: readonly WaitingSet[], template: Template): void {
    const { session } = addressing;
    for (const set of sets) {
      const earlier = { ...addressing, ...set, bytes: set.records };
      this.data.enter(earlier);
      if (this.data.take(earlier, template, 0, set.records.length) !== undefined) continue;
      session.postponed.add(template);
      session.waiting.add({ ...set, for: template });
    }
  }
}
