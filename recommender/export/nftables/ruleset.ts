import type { AddressSet } from '../../model/address-set';
import type { ServiceRange } from '../../model/service-range';

/** The part of nft's language that this importer understands; whatever else stands in a file is refused. */
export interface Ruleset {
  readonly sets: Map<string, NftSet>;
  readonly chains: Map<string, Chain>;
}

export interface NftSet {
  readonly family: 'v4' | 'v6';
  elements: AddressSet;
}

export interface Chain {
  /** Base chains only; a regular chain is reached by jumps. */
  hook: string | undefined;
  policy: 'accept' | 'drop';
  readonly rules: NftRule[];
}

export interface NftRule {
  /** All of them must match. */
  readonly matches: Match[];
  verdict: NftVerdict | undefined;
  /** Prefix of its log; null where it does not log. */
  log: string | null;
  comment: string | null;
}

export type Match =
  | {
      readonly kind: 'address';
      readonly side: 'source' | 'destination';
      readonly family: 'v4' | 'v6';
      readonly set: string;
    }
  | { readonly kind: 'service'; readonly ranges: readonly ServiceRange[] }
  /** Packets of known connections go their way; the first packet of a connection goes on. */
  | { readonly kind: 'replies' }
  /** Never between two hosts. */
  | { readonly kind: 'loopback' }
  /** A rate: matches or not by the clock, so a verdict must not depend on it. */
  | { readonly kind: 'sometimes' };

export type NftVerdict =
  { readonly kind: 'accept' } | { readonly kind: 'refuse' } | { readonly kind: 'jump'; readonly chain: string };
