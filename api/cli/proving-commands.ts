import { InvalidArgumentError, Option, type Command } from 'commander';
import { OUTCOMES } from '../../recommender/replay';
import { prove } from './commands/prove';
import { replay } from './commands/replay';
import type { Session } from './session';

type Run = <Args extends unknown[]>(
  command: (session: Session, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>;

const POLICY_HELP = 'which recommendation (default: the latest); or a stored policy, @ and a revision if need be';
const MOST = 10_000;

/** What a recommendation would have done, and whether it may be enforced. */
export function addProvingCommands(program: Command, run: Run, windowed: (command: Command) => Command): void {
  windowed(program.command('replay'))
    .description('what a recommendation would have done to recorded traffic')
    .option('--policy <id>', POLICY_HELP)
    .addOption(
      new Option('--by <what>', 'list rules, pairs of groups, or single flows').choices(['rule', 'group', 'flow']),
    )
    .addOption(new Option('--outcome <what>', 'of flows: only these').choices([...OUTCOMES]))
    .option('--rule <id>', 'of flows: only what this rule decides')
    .option('--client <group>', 'of flows: only from this group, by id')
    .option('--server <group>', 'of flows: only to this group, by id')
    .option('--limit <number>', 'how many at most', upTo(1, 1000), 100)
    .option('--offset <number>', 'of flows: go on after so many', upTo(0, MOST - 1000), 0)
    .option('--why <conversation>', "which rule decides: '10.0.0.9 -> 10.1.1.5:443/tcp'; needs no traffic")
    .action(run(replay));
  windowed(program.command('prove'))
    .description('judge a recommendation by days it was not made from, and forecast what no rule will cover')
    .option('--policy <id>', POLICY_HELP)
    .action(run(prove));
}

function upTo(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };
}
