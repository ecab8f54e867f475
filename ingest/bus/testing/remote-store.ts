import type { ChildProcess } from 'node:child_process';
import type { Store } from '../../store';
import { SINGLE_NODE } from '../../store/layout';

/** What of a store a loader uses, asked of another process: an embedded engine belongs to one process alone. */
const METHODS = ['query', 'command', 'insert', 'load'] as const;
type Method = (typeof METHODS)[number];

export interface StoreCall {
  readonly call: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export interface StoreAnswer {
  readonly call: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** In the child. */
export function remoteStore(): Pick<Store, Method | 'layout'> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  process.on('message', ({ call, value, error }: StoreAnswer) => {
    const { resolve, reject } = waiting.get(call) ?? {};
    waiting.delete(call);
    if (error === undefined) resolve?.(value);
    else reject?.(new Error(error));
  });
  const ask = <T>(method: Method, ...args: unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      const call = ++calls;
      waiting.set(call, { resolve: (value) => resolve(value as T), reject });
      process.send?.({ call, method, args } satisfies StoreCall);
    });
  return {
    layout: SINGLE_NODE,
    query: (...args) => ask('query', ...args),
    command: (...args) => ask('command', ...args),
    insert: (...args) => ask('insert', ...args),
    load: (...args) => ask('load', ...args),
  };
}

/** In the parent. `seen` is told of each call before it is carried out. */
export function serveStore(child: ChildProcess, store: Store, seen: (method: Method) => void = () => undefined): void {
  child.on('message', ({ call, method, args }: StoreCall) => {
    seen(method);
    const run = store[method] as (...all: readonly unknown[]) => Promise<unknown>;
    run(...args)
      .then((value) => ({ call, value }))
      .catch((error: unknown) => ({ call, error: String(error) }))
      .then((answer: StoreAnswer) => child.connected && child.send(answer))
      .catch(() => undefined);
  });
}
