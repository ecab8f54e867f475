import type { FlowColumnName } from '../../model/flow';

/** What an element says that is not itself a column, but goes into some (`start`, `dst_port`, `sampling_rate`, …). */
export type Ingredient =
  | 'observation_time'
  | 'duration'
  | 'boot_time'
  | 'icmp'
  | 'icmp_type'
  | 'icmp_code'
  | 'client'
  | 'server'
  | 'client_port'
  | 'server_port'
  | 'biflow_direction'
  | 'firewall_verdict'
  | 'forwarding_status'
  | 'nsel_event'
  | 'source_opened'
  | 'initiator_bytes'
  | 'responder_bytes'
  | 'initiator_packets'
  | 'responder_packets'
  | 'post_bytes'
  | 'post_packets'
  | 'sampler'
  | 'sampling_interval'
  | 'sampling_space'
  | 'sampling_size'
  | 'sampling_population'
  | 'sampling_probability'
  | 'packet'
  | 'packet_link'
  | 'packet_size'
  | 'section_offset'
  | 'section_size';

export type Quantity = FlowColumnName | Ingredient;

/**
 * How the bytes are read:
 * - `uint` of 1 to 8 bytes (reduced-size encoding, RFC 7011 section 6.2), `address` of 4 or 16, `float` of 4 or 8
 * - `seconds`, `millis`, `micros` since 1970 (or long), `ntp` (RFC 7011 sections 6.1.9 and 6.1.10), `uptime` in
 *   milliseconds since the exporter started, `before-export` in microseconds back from the export time
 * - `segment`: layer2SegmentId, whose first byte says what kind of network its low three bytes number
 * - `text` up to the first NUL; `decimal`, `vrf`, `vpn`, `svc`, `silk` and `ndpi` (a number, named as such), `tls` (a
 *   protocol version), `selector` (RFC 6759 application id), `uuid` (16 bytes, or text) and `hex` (groups of 4 bytes),
 *   `extracted` (Cisco's subApplicationValue) and `list` (the first text of a basicList), all of which become text
 * - `frame` from the data link header on, `packet` from the IP header on
 */
export type Reading =
  | 'uint'
  | 'address'
  | 'float'
  | 'seconds'
  | 'millis'
  | 'micros'
  | 'ntp'
  | 'uptime'
  | 'before-export'
  | 'segment'
  | 'text'
  | 'decimal'
  | 'vrf'
  | 'vpn'
  | 'svc'
  | 'silk'
  | 'ndpi'
  | 'tls'
  | 'selector'
  | 'uuid'
  | 'hex'
  | 'extracted'
  | 'list'
  | 'frame'
  | 'packet';

export interface Element {
  /** Private enterprise number; 0 is IANA. */
  readonly enterprise: number;
  readonly id: number;
  readonly name: string;
  readonly fills: Quantity;
  readonly as: Reading;
}
