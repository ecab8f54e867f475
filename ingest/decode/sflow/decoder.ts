import { ADDRESS_BYTES } from '../../kernel/ip';
import type { RowBatches } from '../../model/rows';
import type { ExporterHealth, ExporterName, FlowDecoder, Sender } from '../exporter';
import type { Reject } from '../format';
import { PacketHeaders } from '../frame';
import { allZero } from '../wire';
import type { Agent } from './agent';
import { Agents, DEFAULT_LIMITS, type SflowLimits } from './agents';
import { readSflowHeader, type SflowHeader } from './datagram';
import { writeAgent, writeTimes } from './head';
import { AT, DATAGRAM_BYTES, MEMORY_PAGES } from './memory';
import { readRecords } from './records';
import { SampleRows } from './row';
import { FlowSample, readSample, SAMPLE } from './sample';
import { UsualSamples } from './usual';

export interface SflowDecoderOptions {
  readonly limits?: Partial<SflowLimits>;
  /** Hears of everything that could not be taken, as it happens; `health` keeps the counts. */
  readonly onReject?: (reject: Reject) => void;
}

/**
 * sFlow version 5. The exporter is the agent's address in the datagram, the domain its sub-agent: the specification has
 * the address name the device for as long as it lives, whichever of its interfaces, relays or translators the datagram
 * comes from. An agent that gives no address is named by its sender.
 */
export function createSflowDecoder(options: SflowDecoderOptions = {}): FlowDecoder {
  return new SflowDecoder({ ...DEFAULT_LIMITS, ...options.limits }, options.onReject);
}

const ONE_DATAGRAM = { all: 1, flows: 1 } as const;
const SAMPLE_HEADER_BYTES = 8;
const [HEAD, MOST_BYTES] = [AT.head, DATAGRAM_BYTES];
/** ::ffff:0.0.0.0 */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0];

class SflowDecoder implements FlowDecoder {
  private readonly agents: Agents;
  private readonly memory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES });
  private readonly bytes = new Uint8Array(this.memory.buffer);
  private readonly view = new DataView(this.memory.buffer);
  private readonly usual = new UsualSamples(this.memory);
  private readonly rows = new SampleRows(this.view, HEAD);
  private readonly sample = new FlowSample();
  private readonly packet = new PacketHeaders();
  private readonly addresses = { 4: new Uint8Array(MAPPED), 16: new Uint8Array(ADDRESS_BYTES) } as const;
  /** Whose rows the memory is set up for. */
  private attributed: Agent | undefined;

  constructor(
    limits: SflowLimits,
    private readonly onReject: ((reject: Reject) => void) | undefined,
  ) {
    this.agents = new Agents(limits);
  }

  decode(datagram: Uint8Array, { address }: Sender, receivedMicros: number, batches: RowBatches): void {
    const end = Math.min(datagram.length, MOST_BYTES);
    this.bytes.set(end < datagram.length ? datagram.subarray(0, end) : datagram);
    const header = readSflowHeader(this.view, end);
    const agent = header
      ? this.agents.find(this.addressOf(header, address), header.subAgent)
      : this.agents.find(address, 0);
    agent.datagrams++;
    agent.lastSeenMicros = receivedMicros;
    if (!header) {
      this.reject(agent, 'truncated', `no sFlow version 5 header in ${datagram.length} bytes`, 0);
      return;
    }
    this.followDatagram(agent, header, receivedMicros);
    if (this.attributed !== agent) writeAgent(this.view, HEAD, agent.address, agent.subAgent);
    this.attributed = agent;
    writeTimes(this.view, HEAD, receivedMicros);
    this.rows.begin(batches);
    this.takeSamples(agent, end, header);
  }

  settle(): void {
    return;
  }

  health(): ExporterHealth[] {
    return this.agents
      .all()
      .map((agent) => agent.health())
      .sort((a, b) => (a.exporter === b.exporter ? a.domain - b.domain : a.exporter < b.exporter ? -1 : 1));
  }

  takeNames(): ExporterName[] {
    return [];
  }

  finish(): boolean {
    return true;
  }

  end(_session: number): void {
    return;
  }

  /** @returns valid until the next datagram */
  private addressOf({ agentAt, agentBytes }: SflowHeader, sender: Uint8Array): Uint8Array {
    const { bytes } = this;
    if (agentBytes === 0 || allZero(bytes, agentAt, agentAt + agentBytes)) return sender;
    const address = this.addresses[agentBytes];
    const first = address.length - agentBytes;
    for (let i = 0; i < agentBytes; i++) address[first + i] = bytes[agentAt + i] ?? 0;
    return address;
  }

  private followDatagram(agent: Agent, { sequence, uptimeMillis }: SflowHeader, receivedMicros: number): void {
    const { restarts } = agent.sequence;
    agent.sequence.advance(sequence, ONE_DATAGRAM, receivedMicros, uptimeMillis);
    if (agent.sequence.restarts !== restarts) agent.forgetSources();
  }

  private takeSamples(agent: Agent, end: number, header: SflowHeader): void {
    const { view } = this;
    let at = header.from;
    for (let left = header.samples; left > 0; left--) {
      const taken = this.takeUsual(agent, at, end, left);
      at = this.usual.at;
      left -= taken;
      if (left === 0) break;
      if (at + SAMPLE_HEADER_BYTES > end) {
        this.reject(
          agent,
          'truncated',
          `of ${header.samples} samples that the header states ${left} are not there`,
          at,
        );
        return;
      }
      const length = view.getUint32(at + 4);
      const from = at + SAMPLE_HEADER_BYTES;
      if (length > end - from) {
        this.reject(agent, 'sample-length', `a sample states ${length} bytes, ${end - from} are there`, at);
        return;
      }
      this.takeSample(agent, at, from + length);
      at = from + length;
    }
    if (!allZero(this.bytes, at, end))
      this.reject(agent, 'trailing-bytes', `${end - at} bytes after the last sample`, at);
  }

  /** @returns how many samples it took; they end at `usual.at` */
  private takeUsual(agent: Agent, from: number, end: number, left: number): number {
    const { usual } = this;
    const taken = usual.run(from, end, left);
    if (taken > 0) {
      usual.follow(agent.flows);
      this.rows.append(usual.rows(), taken);
      agent.records += taken;
      agent.samplingRate = usual.samplingRate;
    }
    return taken;
  }

  private takeSample(agent: Agent, at: number, end: number): void {
    const type = this.view.getUint32(at);
    switch (type) {
      case SAMPLE.flow:
      case SAMPLE.expandedFlow:
      case SAMPLE.discarded:
        this.takeFlow(agent, type, at + SAMPLE_HEADER_BYTES, end);
        return;
      case SAMPLE.counters:
      case SAMPLE.expandedCounters:
        agent.skip('counters');
        return;
      default:
        agent.skip('unknown-samples');
    }
  }

  private takeFlow(agent: Agent, type: number, from: number, end: number): void {
    const { view, sample, packet } = this;
    if (!readSample(view, type, from, end, sample)) {
      this.reject(agent, 'sample-length', `a flow sample of ${end - from} bytes`, from);
      return;
    }
    const sources = type === SAMPLE.discarded ? agent.discards : agent.flows;
    if (type !== SAMPLE.discarded) agent.samplingRate = sample.samplingRate;
    sources.follow(sample.sourceType, sample.sourceIndex, sample.sequence, sample.drops);
    const outcome = readRecords(view, end, sample, packet);
    switch (outcome) {
      case 'flow':
        agent.records++;
        this.rows.write(packet, sample);
        return;
      case 'no-addresses':
        agent.skip(outcome);
        return;
      case 'record-length':
        this.reject(agent, outcome, `a record goes beyond its sample of ${end - from} bytes`, from);
        return;
      default:
        outcome satisfies never;
    }
  }

  private reject(agent: Agent, code: string, message: string, byte: number): void {
    const reject = { code, message, where: { exporter: agent.name, domain: agent.subAgent, byte } };
    agent.reject(reject);
    this.onReject?.(reject);
  }
}
