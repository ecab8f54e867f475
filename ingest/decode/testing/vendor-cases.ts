import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDecoding, type Decoding } from './decoding';
import type { Row } from './row-reader';

/** One case of the vendors' captures: payloads in order, and what an independent codec made of them. */
export interface VendorCase {
  readonly templates_first: readonly string[];
  readonly packets_in_order: readonly string[];
  /** Null where its author did not count. */
  readonly expected_event_count: number | null;
  readonly expected_events: readonly { readonly netflow: VendorEvent }[];
  readonly event_index_to_expected: readonly { readonly decoded: number; readonly expected: number }[];
  readonly asserts: readonly { readonly event: number; readonly path: string; readonly equals: unknown }[];
}

/** A record by the codec's names of its fields. */
export type VendorEvent = Readonly<Record<string, unknown>>;

/** Names of the files in a folder of the vendors' captures. */
export function caseNames(path: string, folder: string): string[] {
  return readdirSync(join(path, folder)).sort();
}

export function readJson(path: string, folder: string, name: string): unknown {
  return JSON.parse(readFileSync(join(path, folder, name), 'utf8'));
}

/** Decodes a case; options data and records without addresses come to no row. */
export function decodeCase(path: string, name: string): { golden: VendorCase; decoding: Decoding; rows: Row[] } {
  const golden = readJson(path, 'golden', name) as VendorCase;
  const decoding = startDecoding();
  const files = [...golden.templates_first, ...golden.packets_in_order];
  const rows = decoding.take(...files.map((file) => readFileSync(join(path, 'data', file))));
  return { golden, decoding, rows };
}

export function total(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => sum + Number(value ?? 0), 0);
}
