import { InvalidArgumentError, Option, type Command } from 'commander';
import { BACKENDS } from '../../recommender/export';
import { cleanPolicy } from './commands/policy-cleanup';
import { importPolicy } from './commands/policy-import';
import type { Session } from './session';

type Run = <Args extends unknown[]>(
  command: (session: Session, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>;

/** Existing rulesets in, and what could be tidied up; under `policy`. */
export function addRulesetCommands(policy: Command, run: Run, windowed: (command: Command) => Command): void {
  policy
    .command('import')
    .description('store an existing ruleset as a draft, proved to mean the files (see api/docs/rulesets.md)')
    .argument('<files...>', 'of one firewall or cluster')
    .addOption(new Option('--backend <name>', 'what they are for').choices([...BACKENDS.keys()]).makeOptionMandatory())
    .option('--name <name>', 'what to call it', 'imported')
    .option('--known <policy>', 'a stored policy whose groups and rules are meant where the same stand in the files')
    .option('--dry-run', 'only read and prove it', false)
    .option('--reason <text>', 'why, for those who read it later', '')
    .option('--by <name>', 'who does it (default: the user of the operating system)')
    .action(run(importPolicy));
  windowed(policy.command('cleanup'))
    .description('rules that can go, that nobody uses, or that open more than is used')
    .argument('[policy]', 'name, id, or how an id begins (default: the latest recommendation)')
    .option('--revision <number>', 'which revision (default: the newest)', revisionNumber)
    .action(run(cleanPolicy));
}

function revisionNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('expected the number of a revision: 1, 2, …');
}
