/** The part of the global that template compilation needs; Node's own types leave it out. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
  }
  interface Module {
    readonly __brand: 'WebAssembly.Module';
  }
  const Module: new (bytes: Uint8Array) => Module;
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory | ((...args: number[]) => number)>>);
    readonly exports: Record<string, (...args: number[]) => number>;
  }
}
