import type { Command } from 'commander';
import { complete } from '../completion/complete';
import { SCRIPTS, type Shell } from '../completion/scripts';
import type { Terminal } from '../session';

export function completion({ stdout }: Terminal, shell: Shell): void {
  stdout.write(SCRIPTS[shell]);
}

/** What the script of a shell asks for; opens no data directory, since it is asked at every press of a key. */
export async function completions({ stdout }: Terminal, program: Command, words: readonly string[]): Promise<void> {
  const found = await complete(program, words);
  stdout.write(found.map(({ text, meaning }) => `${text}\t${meaning}\n`).join(''));
}
