import { OBSERVED, VERDICT } from '../../model/flow';

/** Types of samples, enterprise 0: sflow.org/sflow_version_5.txt, and 5 of sflow.org/sflow_drops.txt. */
export const SAMPLE = { flow: 1, counters: 2, expandedFlow: 3, expandedCounters: 4, discarded: 5 } as const;

/** A piece of the datagram that becomes text. */
export interface Piece {
  at: number;
  length: number;
}

/** One sampled packet, apart from its headers; places are offsets into the datagram. Reused like `PacketHeaders`. */
export class FlowSample {
  sequence = 0;
  sourceType = 0;
  sourceIndex = 0;
  /** As 32 bits, perhaps negative, like all that is only handed on: such numbers need no allocation. */
  samplingRate = 0;
  drops = 0;
  input = 0;
  output = 0;
  observed: number = OBSERVED.unsaid;
  verdict: number = VERDICT.unsaid;
  /** Where records start, and how many there are. */
  recordsAt = 0;
  records = 0;

  /** From records beside the packet's headers. */
  vlan = 0;
  vni = 0;
  /** Whether anything below is filled. */
  extended = false;
  postSourceAt = 0;
  postSourceBytes = 0;
  postDestinationAt = 0;
  postDestinationBytes = 0;
  postSourcePort = 0;
  postDestinationPort = 0;
  ruleNumber = 0;
  readonly rule: Piece = { at: 0, length: 0 };
  readonly host: Piece = { at: 0, length: 0 };
  readonly user: Piece = { at: 0, length: 0 };

  /** Forgets what the records of the sample before said. */
  clearRecords(): void {
    this.vlan = 0;
    this.vni = 0;
    if (!this.extended) return;
    this.extended = false;
    this.postSourceBytes = 0;
    this.postDestinationBytes = 0;
    this.postSourcePort = 0;
    this.postDestinationPort = 0;
    this.ruleNumber = 0;
    this.rule.length = 0;
    this.host.length = 0;
    this.user.length = 0;
  }
}

/** Reads what stands before the records. @returns false when the sample is too short */
export function readSample(view: DataView, type: number, from: number, end: number, sample: FlowSample): boolean {
  switch (type) {
    case SAMPLE.flow:
      return readCompact(view, from, end, sample);
    case SAMPLE.expandedFlow:
      return readExpanded(view, from, end, sample);
    default:
      return readDiscarded(view, from, end, sample);
  }
}

function readCompact(view: DataView, from: number, end: number, sample: FlowSample): boolean {
  if (from + 32 > end) return false;
  const source = view.getUint32(from + 4);
  const input = view.getUint32(from + 20);
  const output = view.getUint32(from + 24);
  sample.sequence = view.getInt32(from);
  sample.sourceType = source >>> 24;
  sample.sourceIndex = source & 0xff_ffff;
  sample.samplingRate = view.getInt32(from + 8);
  sample.drops = view.getInt32(from + 16);
  setInterfaces(sample, input >>> 30, input & 0x3fff_ffff, output >>> 30, output & 0x3fff_ffff);
  sample.recordsAt = from + 32;
  sample.records = view.getInt32(from + 28);
  return true;
}

function readExpanded(view: DataView, from: number, end: number, sample: FlowSample): boolean {
  if (from + 44 > end) return false;
  sample.sequence = view.getInt32(from);
  sample.sourceType = view.getInt32(from + 4);
  sample.sourceIndex = view.getInt32(from + 8);
  sample.samplingRate = view.getInt32(from + 12);
  sample.drops = view.getInt32(from + 20);
  setInterfaces(
    sample,
    view.getInt32(from + 24),
    view.getInt32(from + 28),
    view.getInt32(from + 32),
    view.getInt32(from + 36),
  );
  sample.recordsAt = from + 44;
  sample.records = view.getInt32(from + 40);
  return true;
}

/** Every discarded packet is reported, as far as the agent's rate limit allows, so none stands for others. */
function readDiscarded(view: DataView, from: number, end: number, sample: FlowSample): boolean {
  if (from + 32 > end) return false;
  sample.sequence = view.getInt32(from);
  sample.sourceType = view.getInt32(from + 4);
  sample.sourceIndex = view.getInt32(from + 8);
  sample.samplingRate = 1;
  sample.drops = view.getInt32(from + 12);
  setInterfaces(sample, 0, view.getInt32(from + 16), 0, view.getInt32(from + 20));
  sample.verdict = verdictOf(view.getInt32(from + 24));
  sample.recordsAt = from + 32;
  sample.records = view.getInt32(from + 28);
  return true;
}

/** What an interface number means: an ifIndex, why the packet was discarded, or to how many it went. */
const INTERFACE = { index: 0, discarded: 1 } as const;

function setInterfaces(sample: FlowSample, inFormat: number, input: number, outFormat: number, output: number): void {
  sample.input = inFormat === INTERFACE.index ? indexOf(input) : 0;
  sample.output = outFormat === INTERFACE.index ? indexOf(output) : 0;
  sample.verdict = outFormat === INTERFACE.discarded ? verdictOf(output) : VERDICT.unsaid;
  sample.observed = observedAt(sample);
}

/** The device itself, in compact and in expanded samples (sflow.org/developers/errata.php), has no index. */
function indexOf(value: number): number {
  return value === 0x3fff_ffff || value === -1 ? 0 : value;
}

/** A sampler sits on the interface that is its data source: the packet came in or went out there. */
function observedAt({ sourceType, sourceIndex, input, output }: FlowSample): number {
  if (sourceType !== 0 || input === output) return OBSERVED.unsaid;
  if (sourceIndex === input) return OBSERVED.ingress;
  return sourceIndex === output ? OBSERVED.egress : OBSERVED.unsaid;
}

/** ICMP's three codes of what is administratively prohibited, and the access list; all else is no policy's doing. */
function verdictOf(reason: number): number {
  switch (reason) {
    case 9:
    case 10:
    case 13:
    case 258:
      return VERDICT.denied;
    default:
      return VERDICT.unsaid;
  }
}
