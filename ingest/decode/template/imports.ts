import type { ImportedFunction } from './assembler';

/** What compiled templates call outside: see `packetReader`. */
export const IMPORTS = [
  { name: 'readPacket', parameters: ['i32', 'i32', 'i32', 'i32', 'i32'] },
] as const satisfies readonly ImportedFunction[];

export type ImportName = (typeof IMPORTS)[number]['name'];

/** The index of an imported function in every module. */
export function importIndex(name: ImportName): number {
  return IMPORTS.findIndex((known) => known.name === name);
}
