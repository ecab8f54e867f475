import { InvalidArgumentError, Option, type Command } from 'commander';
import { DIFFERENCES, STANCES } from '../../recommender/compliance';
import { acceptDrift, compliance, dismissFinding, drift } from './commands/watch';
import type { Session } from './session';

type Run = <Args extends unknown[]>(
  command: (session: Session, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>;

const POLICY = ['--policy <id>', 'a stored policy or a recommendation (default: the latest recommendation)'] as const;

function limit(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw new InvalidArgumentError('expected a whole number from 1 to 10000');
}

/** What came after policies were made, against what they say. */
export function addWatchCommands(program: Command, run: Run, windowed: (command: Command) => Command): void {
  const command = program
    .command('drift')
    .description('how a policy and the traffic since differ (see api/docs/drift.md)');
  command
    .command('show', { isDefault: true })
    .description('compare what was rolled up since the last time, and list what was found')
    .option(...POLICY)
    .option('--all', 'dismissed findings too', false)
    .option('--filters', 'with each finding, what to ask for its conversations with', false)
    .action(run(drift));
  command
    .command('dismiss')
    .description('let a finding be until it changes materially')
    .argument('<finding>', 'its id')
    .option(...POLICY)
    .requiredOption('--reason <text>', 'why, for those who read it later')
    .option('--by <name>', 'who does it (default: the user of the operating system)')
    .action(run(dismissFinding));
  command
    .command('accept')
    .description('make what is proposed the next revision of a stored policy')
    .argument('<policy>', 'name, id, or how an id begins')
    .option('--rule <id...>', 'only these of the proposed rules')
    .option('--reason <text>', 'why, for those who read it later', '')
    .option('--by <name>', 'who does it (default: the user of the operating system)')
    .action(run(acceptDrift));
  windowed(program.command('compliance'))
    .description(
      'what each conversation is to a policy: allowed, denied, unprotected or unknown (default: the last day)',
    )
    .option(...POLICY)
    .option('--draft', 'the newest revision as if all of it were enforced', false)
    .option('--conversations', 'list conversations instead of edges', false)
    .addOption(new Option('--stance <stance>', 'only conversations of which the policy says this').choices(STANCES))
    .addOption(new Option('--difference <kind>', 'only where that is not what happened').choices(DIFFERENCES))
    .option('--limit <number>', 'how many at most', limit, 100)
    .action(run(compliance));
}
