import { InvalidArgumentError, Option, type Command } from 'commander';
import { STATES, THREAT_KINDS } from '../../analytics/threats';
import {
  imposeQuarantine,
  liftFromQuarantine,
  listThreats,
  lookForThreats,
  markJewel,
  sayOfThreat,
  showThreat,
  type SayOptions,
} from './commands/threats';
import type { Session } from './session';

type Run = <Args extends unknown[]>(
  command: (session: Session, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>;

const FINDING_HELP = 'id, or how it begins';
const REASON_HELP = 'why, for those who read it later';
const BY_HELP = 'who says so (default: the user of the operating system)';
const MOST_HOURS = 24 * 365;

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= most) return number;
    throw new InvalidArgumentError(`expected a whole number from 1 to ${most}`);
  };
}

/** What detectors found, what people make of it, and cutting a workload off. */
export function addThreatCommands(program: Command, run: Run, windowed: (command: Command) => Command): void {
  const command = program
    .command('threats')
    .description('what somebody should look at; `threats` is `threats list` (see api/docs/threats.md)');
  command
    .command('list', { isDefault: true })
    .description('findings, the worst first: open and acknowledged ones unless told otherwise')
    .addOption(new Option('--state <state>', 'only these').choices(STATES))
    .addOption(new Option('--kind <kind>', 'only these').choices(THREAT_KINDS))
    .option('--all', 'dismissed and resolved ones too', false)
    .option('--limit <number>', 'how many at most', wholeNumber(10_000), 100)
    .action(run(listThreats));
  windowed(command.command('look'))
    .description('look for threats now (default: in the last day there are conversations of)')
    .action(run(lookForThreats));
  command
    .command('show')
    .description('one finding: evidence, why it is rated so, what to do')
    .argument('<finding>', FINDING_HELP)
    .action(run((session, id: string) => showThreat(session, id)));
  for (const [name, state, description] of [
    ['ack', 'acknowledged', 'say that somebody looks into it'],
    ['dismiss', 'dismissed', 'say that it is nothing; a reason is needed'],
    ['resolve', 'resolved', 'say that it is over; seen again it is open again'],
    ['reopen', 'open', 'say that it is not over'],
  ] as const) {
    command
      .command(name)
      .description(description)
      .argument('<finding>', FINDING_HELP)
      .option('--reason <text>', REASON_HELP, '')
      .option('--by <name>', BY_HELP)
      .action(run((session, id: string, options: SayOptions) => sayOfThreat(session, id, state, options)));
  }
  for (const [name, jewel, description] of [
    ['mark', true, 'say that a workload or a group is a crown jewel'],
    ['unmark', false, 'say that it is none, whatever its role suggests'],
  ] as const) {
    command
      .command(name)
      .description(description)
      .argument('<id>', 'of a workload or of a group')
      .option('--reason <text>', REASON_HELP, '')
      .option('--by <name>', BY_HELP)
      .action(run((session, id: string, options: SayOptions) => markJewel(session, id, jewel, options)));
  }
  const emergency = program
    .command('quarantine')
    .description('cut a workload off, as a new revision of a policy; `quarantine <workload>` is `quarantine impose`');
  const changing = (made: Command) =>
    made
      .option('--policy <id>', 'name, id, or how an id begins (default: the only one)')
      .requiredOption('--reason <text>', REASON_HELP)
      .option('--by <name>', BY_HELP);
  changing(emergency.command('impose', { isDefault: true }))
    .description('deny everything to and from it')
    .argument('[workload]', 'id, name or address (default: whom the finding is about)')
    .option('--finding <id>', FINDING_HELP)
    .option('--allow <whom...>', 'who may still reach it: groups of the policy, addresses, prefixes')
    .option('--hours <number>', 'after which it is to be looked at again', wholeNumber(MOST_HOURS), 72)
    .action(run(imposeQuarantine));
  changing(emergency.command('lift'))
    .description('take a quarantine out again, and nothing else')
    .argument('<name>', 'as it was imposed')
    .action(run(liftFromQuarantine));
}
