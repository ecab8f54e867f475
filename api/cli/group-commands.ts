import { Option, type Command } from 'commander';
import { nearest } from '../../ingest/query';
import { decide, listDecisions, undoDecision, type DecisionOptions } from './commands/group-decisions';
import { groupDiff, groupRuns, groups, showGroup, whyGroup } from './commands/groups';
import type { Session } from './session';

type Run = <Args extends unknown[]>(
  command: (session: Session, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>;

const KINDS = ['application', 'tier', 'shared-service', 'scanner', 'external', 'unknown'];
const GROUP_HELP = 'name, id, or how an id begins';
const WORKLOADS_HELP = 'names, ids or addresses';

/** What the analysis found, why, and what people make of it. */
export function addGroupCommands(program: Command, run: Run): void {
  const command = program
    .command('groups')
    .description('applications, tiers and shared services of the last analysis; `groups` is `groups list`');
  // What is no subcommand would be an argument too many of the default one.
  command.hook('preSubcommand', refuseUnknown);
  command
    .command('list', { isDefault: true })
    .description('all groups, and what the run could not see')
    .addOption(new Option('--kind <kind>', 'only these').choices(KINDS))
    .option('--application <group>', 'only this one and its tiers')
    .option('--run <id>', 'of another run than the current one')
    .option('--low-confidence', 'only groups with members that fit elsewhere as well', false)
    .action(run(groups));
  command
    .command('show')
    .description('one group: members, what speaks for and against it, decisions')
    .argument('<group>', GROUP_HELP)
    .action(run(showGroup));
  const decided = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .option('--reason <text>', 'why, for those who read it later', '')
      .option('--by <name>', 'who decides (default: the user of the operating system)');
  decided('rename', 'give a group another name, which it keeps')
    .argument('<group>', GROUP_HELP)
    .argument('<name>')
    .action(
      run((session, group: string, name: string, by: DecisionOptions) =>
        decide(session, { kind: 'rename', group, name }, by),
      ),
    );
  decided('confirm', 'say that a group is what it says it is: its members stay')
    .argument('<group>', GROUP_HELP)
    .action(run((session, group: string, by: DecisionOptions) => decide(session, { kind: 'confirm', group }, by)));
  decided('refuse', 'say that a shared service or scanner is none: its members belong to applications')
    .argument('<group>', GROUP_HELP)
    .action(run((session, group: string, by: DecisionOptions) => decide(session, { kind: 'refuse', group }, by)));
  decided('pin', 'keep members in their group, whatever the traffic says')
    .argument('<group>', GROUP_HELP)
    .argument('<workloads...>', WORKLOADS_HELP)
    .action(
      run((session, group: string, workloads: string[], by: DecisionOptions) =>
        decide(session, { kind: 'pin', group, workloads }, by),
      ),
    );
  decided('move', 'put workloads into another group')
    .argument('<group>', `where to: ${GROUP_HELP}`)
    .argument('<workloads...>', WORKLOADS_HELP)
    .action(
      run((session, group: string, workloads: string[], by: DecisionOptions) =>
        decide(session, { kind: 'move', group, workloads }, by),
      ),
    );
  decided('merge', 'make one group of several; all members go to the first')
    .argument('<groups...>', GROUP_HELP)
    .action(run((session, groups: string[], by: DecisionOptions) => decide(session, { kind: 'merge', groups }, by)));
  decided('split', 'make members a group of their own')
    .argument('<group>', GROUP_HELP)
    .argument('<workloads...>', `who leaves: ${WORKLOADS_HELP}`)
    .requiredOption('--name <name>', 'of the new group')
    .action(
      run((session, group: string, workloads: string[], { name, ...by }: DecisionOptions & { name: string }) =>
        decide(session, { kind: 'split', group, workloads, name }, by),
      ),
    );
  decided('share', 'say that workloads provide a shared service: one that was nearly found, or any')
    .argument('<name>', 'of the service')
    .argument('<workloads...>', WORKLOADS_HELP)
    .action(
      run((session, name: string, workloads: string[], by: DecisionOptions) =>
        decide(session, { kind: 'share', workloads, name }, by),
      ),
    );
  command.command('decisions').description('what was decided, the oldest first').action(run(listDecisions));
  decided('undo', 'take a decision back').argument('<decision>', 'id, or how it begins').action(run(undoDecision));
  command.command('runs').description('analyses, the newest first').action(run(groupRuns));
  command
    .command('diff')
    .description('what changed between two analyses')
    .argument('[before]', 'id of a run, or how it begins (default: the one before the newest)')
    .argument('[after]', 'id of a run, or how it begins (default: the newest)')
    .action(run((session, before: string | undefined, after: string | undefined) => groupDiff(session, before, after)));
  program
    .command('why-group')
    .description('why a workload is in the groups it is in, and what else would be nearly as good')
    .argument('<workload>', 'name, id or address')
    .action(run((session, workload: string) => whyGroup(session, workload)));
}

function refuseUnknown(groups: Command, chosen: Command): void {
  const [written] = groups.args;
  const names = groups.commands.map((each) => each.name());
  if (written === undefined || written.startsWith('-') || names.includes(written) || chosen.name() !== 'list') return;
  const near = nearest(written, names);
  const hint = near === undefined ? `expected one of ${names.join(', ')}` : `did you mean ${near}?`;
  groups.error(`error: there is no command groups ${written}; ${hint}`, { code: 'commander.unknownCommand' });
}
