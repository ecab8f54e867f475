import { shortestRecord } from '../template/definition';
import { Machine } from '../template/machine';
import { allZero } from '../wire';
import type { Delivery } from './delivery';
import type { Domain } from './domain';
import { readOptions } from './options';
import { walkRecords } from './records';
import type { Template } from './template';

/** Sets are padded to a multiple of four, or eight (RFC 7011 section 3.3.1), not always with zeros. */
const MOST_PADDING = 7;
/** How often records are looked at for the rate they state, beside being decoded. */
const LOOK_MILLIS = 60_000;

/** Decodes data sets into rows, and options data into what is known of a domain. */
export class DataSets {
  private readonly machine = new Machine();
  /** Whose context the machine holds, if any's. */
  private attributed: Domain | undefined;

  /** To be called before anything of a delivery is taken, and again after another one was. */
  enter(delivery: Delivery): void {
    this.machine.load(delivery.bytes);
    this.prepare(delivery);
  }

  /** To be called when more became known of the domain. */
  refresh(delivery: Delivery): void {
    this.attributed = undefined;
    this.prepare(delivery);
  }

  /** @returns the records in it; undefined, and nothing is taken, while its template may not be compiled */
  take(delivery: Delivery, template: Template, from: number, end: number): number | undefined {
    return template.options
      ? this.takeOptions(delivery, template, from, end)
      : this.takeFlows(delivery, template, from, end);
  }

  /** Gives the machine what the records of a delivery share. */
  private prepare({ domain, receivedMicros, exportedMicros, uptimeMillis }: Delivery): void {
    if (this.attributed !== domain) {
      this.machine.attribute(domain);
      this.attributed = domain;
    }
    this.machine.stamp(receivedMicros, exportedMicros, uptimeMillis ?? domain.uptimeAt(exportedMicros));
  }

  private takeFlows(delivery: Delivery, template: Template, from: number, end: number): number | undefined {
    const { domain, compilations } = delivery;
    const decoder = this.machine.decoderFor(template.key, template.definition, compilations);
    if (decoder === undefined) return undefined;
    if (decoder === null) return this.count(delivery, template, from, end);
    this.noteRate(delivery, template, from, end);
    const rate = domain.sampling.rates('template').get(template.definition.id);
    if (rate !== undefined) this.machine.sample(rate);
    const batch = template.batchFor(decoder, delivery.batches);
    const { at, rows, wildTimes, notIp } = this.machine.decode(decoder, from, end, batch);
    if (rate !== undefined) this.machine.sample(domain.samplingRate);
    domain.counters.records += rows;
    domain.counters.wildTimes += wildTimes;
    domain.skip('not-ip', notIp);
    this.checkRest(delivery, template, at, end, decoder.shortest);
    return rows + notIp;
  }

  /** Records without addresses. */
  private count(delivery: Delivery, template: Template, from: number, end: number): number {
    const { fields } = template.definition;
    const { at, count } = walkRecords(delivery.bytes, from, end, fields, undefined);
    delivery.domain.skip('no-addresses', count);
    this.checkRest(delivery, template, at, end, shortestRecord(fields));
    return count;
  }

  private takeOptions(delivery: Delivery, template: Template, from: number, end: number): number {
    const { domain } = delivery;
    const { at, count } = readOptions(delivery.bytes, from, end, template, (record) => domain.learn(record));
    domain.skip('options', count);
    this.checkRest(delivery, template, at, end, shortestRecord(template.definition.fields));
    this.refresh(delivery);
    return count;
  }

  /** Looks, now and then, which rate records state; what they state is in their rows anyway. */
  private noteRate({ domain, bytes, steadyMillis }: Delivery, template: Template, from: number, end: number): void {
    if (template.sampledMillis === undefined || steadyMillis - template.sampledMillis < LOOK_MILLIS) return;
    template.sampledMillis = steadyMillis;
    readOptions(bytes, from, end, template, ({ sampling }) => {
      if (sampling) domain.sampling.recorded = sampling.rate;
    });
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
    domain.reject(
      'record-cut',
      `${rest} bytes at the end of a set are no whole record of template ${definition.id}`,
      offset + at,
    );
  }
}
