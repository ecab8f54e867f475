import { addressBytes } from './datagram';
import { MOST_VLAN, RECORD } from './record-types';
import type { FlowSample, Piece } from './sample';

export function readExtended(view: DataView, type: number, from: number, end: number, sample: FlowSample): void {
  switch (type) {
    case RECORD.switch:
      readSwitch(view, from, end, sample);
      return;
    case RECORD.nat:
      readNat(view, from, end, sample);
      return;
    case RECORD.natPort:
      if (from + 8 > end) return;
      sample.extended = true;
      sample.postSourcePort = view.getUint16(from + 2);
      sample.postDestinationPort = view.getUint16(from + 6);
      return;
    case RECORD.egressVni:
    case RECORD.ingressVni:
      if (from + 4 <= end && sample.vni === 0) sample.vni = view.getInt32(from);
      return;
    case RECORD.user: {
      // Character set and name of the source's user, then of the destination's.
      const destination = readText(view, from + 4, end, sample, sample.user);
      readText(view, destination + 4, end, sample, sample.user);
      return;
    }
    case RECORD.url:
      // Direction, URL, host.
      readText(view, skipText(view, from + 4, end), end, sample, sample.host);
      return;
    case RECORD.httpRequest:
      readHttpRequest(view, from, end, sample);
      return;
    case RECORD.acl:
      if (from + 4 > end) return;
      sample.extended = true;
      sample.ruleNumber = view.getUint32(from);
      readText(view, from + 4, end, sample, sample.rule);
      return;
    default:
  }
}

/** Source VLAN, priority, destination VLAN, priority; all ones where not known (sflow.org/developers/errata.php). */
function readSwitch(view: DataView, from: number, end: number, sample: FlowSample): void {
  if (from + 16 > end) return;
  const source = view.getUint32(from);
  const destination = view.getUint32(from + 8);
  if (source > 0 && source <= MOST_VLAN) sample.vlan = source;
  else if (destination <= MOST_VLAN) sample.vlan = destination;
}

/** Two addresses; what was not translated is as in the packet. */
function readNat(view: DataView, from: number, end: number, sample: FlowSample): void {
  const source = addressAt(view, from, end);
  if (source < 0) return;
  const second = from + 4 + source;
  const destination = addressAt(view, second, end);
  if (destination < 0) return;
  sample.extended = true;
  sample.postSourceAt = from + 4;
  sample.postSourceBytes = source;
  sample.postDestinationAt = second + 4;
  sample.postDestinationBytes = destination;
}

/** Bytes of the XDR address there, or -1. */
function addressAt(view: DataView, at: number, end: number): number {
  if (at + 4 > end) return -1;
  const bytes = addressBytes(view.getUint32(at)) ?? -1;
  return at + 4 + bytes <= end ? bytes : -1;
}

/** sflow.org/sflow_http.txt: method, version, URI, host, referer, user agent, forwarded for, user, … */
function readHttpRequest(view: DataView, from: number, end: number, sample: FlowSample): void {
  const host = skipText(view, from + 8, end);
  const referer = readText(view, host, end, sample, sample.host);
  const forwarded = skipText(view, skipText(view, referer, end), end);
  readText(view, skipText(view, forwarded, end), end, sample, sample.user);
}

/** Takes an XDR string, unless an earlier one said something. @returns where it ends */
function readText(view: DataView, at: number, end: number, sample: FlowSample, into: Piece): number {
  const after = skipText(view, at, end);
  if (after === end && at + 4 > end) return end;
  const length = Math.min(view.getUint32(at), end - at - 4);
  if (length > 0 && into.length === 0) {
    into.at = at + 4;
    into.length = length;
    sample.extended = true;
  }
  return after;
}

/** Where an XDR string ends, its padding included; never beyond the record. */
function skipText(view: DataView, at: number, end: number): number {
  if (at + 4 > end) return end;
  const padded = at + 4 + Math.ceil(view.getUint32(at) / 4) * 4;
  return Math.min(padded, end);
}
