import { readFileSync } from 'node:fs';
import { WayleaveError } from '../../kernel/errors';
import type { Segment, SqlParams, Store } from '../../store';
import { SINGLE_NODE } from '../../store/layout';
import { UUID_BYTES } from '../uuid';

/** Keeps how many rows of each segment are in, for rows of one byte behind their segment. */
export interface FakeStore {
  readonly store: Store;
  readonly rows: Map<string, number>;
  readonly tokens: string[];
  /** What the next loads do instead; the plan is used up one by one. */
  readonly plan: ((load: () => void) => void)[];
  /** Condition of every call of `markStale`, with its ids. */
  readonly marked: (readonly string[])[];
}

export function createFakeStore(): FakeStore {
  const rows = new Map<string, number>();
  const tokens: string[] = [];
  const plan: FakeStore['plan'] = [];
  const marked: (readonly string[])[] = [];
  const used = new Set<string>();
  const put = ({ path }: Segment, token: string): void => {
    if (used.has(token)) return;
    used.add(token);
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += UUID_BYTES + 1) {
      const id = textOf(bytes.subarray(at, at + UUID_BYTES));
      rows.set(id, (rows.get(id) ?? 0) + 1);
    }
  };
  const store: Pick<Store, 'layout' | 'query' | 'command' | 'load'> = {
    layout: SINGLE_NODE,
    query: <Row>(_: string, { ids }: SqlParams = {}) =>
      Promise.resolve((ids as string[]).filter((id) => rows.has(id)).map((id) => ({ id, rows: rows.get(id) }) as Row)),
    command: (_, { segments, ids }: SqlParams = {}) => {
      for (const id of (segments ?? []) as string[]) rows.delete(id);
      if (ids !== undefined) marked.push(ids as string[]);
      return Promise.resolve();
    },
    load: (segment, token = segment.id) => {
      tokens.push(token);
      const instead = plan.shift();
      return new Promise((resolve) => {
        if (instead) instead(() => put(segment, token));
        else put(segment, token);
        resolve();
      });
    },
  };
  return { store: store as Store, rows, tokens, plan, marked };
}

export function gone(): WayleaveError {
  return new WayleaveError('connection lost', { code: 'store-unavailable', retriable: true });
}

function textOf(bytes: Buffer): string {
  const hex = Buffer.concat([
    Buffer.from(bytes.subarray(0, 8)).reverse(),
    Buffer.from(bytes.subarray(8)).reverse(),
  ]).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
