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
  /** The comment before its first declaration, or of its own. */
  title: string | null;
}

export interface Chain {
  /** Base chains only; a regular chain is reached by jumps. */
  hook: string | undefined;
  policy: 'accept' | 'drop';
  readonly rules: NftRule[];
  /** The comment before its first declaration. */
  title: string | null;
}

export interface NftRule {
  /** Of the file. */
  readonly line: number;
  /** The comment on the line before it, or null. */
  readonly remark: string | null;
  /** All of them must match. */
  readonly matches: Match[];
  verdict: NftVerdict | undefined;
  /** Prefix of its log, empty without one; null where it does not log. */
  log: string | null;
  comment: string | null;
}

export type Match =
  | AddressMatch
  | { readonly kind: 'service'; readonly ranges: readonly ServiceRange[] }
  /** Only packets of known connections, which go their way; the first packet of a connection goes on. */
  | { readonly kind: 'replies'; readonly accepted: boolean }
  /** Never between two hosts. */
  | { readonly kind: 'loopback' }
  /** A rate: matches or not by the clock, so a verdict must not depend on it. */
  | { readonly kind: 'sometimes' };

export interface AddressMatch {
  readonly kind: 'address';
  readonly side: 'source' | 'destination';
  readonly family: 'v4' | 'v6';
  /** A named set, or what stands there itself. */
  readonly addresses: { readonly set: string } | { readonly elements: AddressSet };
  /** What is not among them. */
  readonly negated: boolean;
}

export type NftVerdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'refuse' }
  /** Back to where the chain was jumped to from. */
  | { readonly kind: 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };
