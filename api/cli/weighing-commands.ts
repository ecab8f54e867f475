import { InvalidArgumentError, type Command } from 'commander';
import { curve } from './commands/curve';
import { reach } from './commands/reach';
import type { Session } from './session';

type Run = <Args extends unknown[]>(
  command: (session: Session, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>;

const POLICY_HELP = 'which recommendation (default: the latest)';

/** What fewer rules cost, which belongs to `recommend`, and how far an intruder still gets. */
export function addWeighingCommands(program: Command, run: Run, windowed: (command: Command) => Command): void {
  const recommend = program.commands.find((command) => command.name() === 'recommend') ?? program.command('recommend');
  windowed(recommend.command('curve'))
    .description('rules against what stays open against what would be denied; with --rules, make that a recommendation')
    .option('--policy <id>', POLICY_HELP)
    .option('--rules <number>', 'make a recommendation of at most so many rules', atLeastOne)
    .option('--extra-share <share>', 'make one that opens at most so much more: 0.1 is a tenth', positive)
    .action(run(curve));
  program
    .command('reach')
    .description('how far an intruder gets without and with a recommendation, and by which rules')
    .option('--policy <id>', POLICY_HELP)
    .option('--jewel <group or workload...>', 'what must not be reached (default: directories, databases, backups)')
    .option('--start <group or workload...>', 'where an intruder begins (default: any managed workload)')
    .action(run(reach));
}

function atLeastOne(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('expected a whole number from 1');
}

function positive(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number < Infinity) return number;
  throw new InvalidArgumentError('expected a number from 0');
}
