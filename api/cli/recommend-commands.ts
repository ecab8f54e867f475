import { Option, type Command } from 'commander';
import { CONTEXT_KINDS } from '../../recommender/propose';
import { recommend } from './commands/recommend';
import { acceptRefused, listRuleDecisions, rejectRule, undoRuleDecision } from './commands/rule-decisions';
import type { Session } from './session';

type Run = <Args extends unknown[]>(
  command: (session: Session, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>;

/** Groups to rules, and what people make of them. @param windowed adds `--from` and `--to` */
export function addRecommendCommands(program: Command, run: Run, windowed: (command: Command) => Command): void {
  const command = program
    .command('recommend')
    .description('propose an allow-list from an analysis, and decide what the next one proposes');
  windowed(command.command('propose', { isDefault: true }))
    .description('propose an allow-list (default window: what the analysis saw)')
    .option('--name <name>', 'what to call it', 'recommendation')
    .option('--application <group...>', 'only these applications: name, id, or how an id begins')
    .option('--environment <name>', 'only workloads of this environment')
    .option('--workload <workload...>', 'only these workloads: name, id or address')
    .addOption(
      new Option('--granularity <grain>', 'what rules speak of')
        .choices(['ringfence', 'tier', 'workload'])
        .default('tier'),
    )
    .addOption(
      new Option('--strategy <strategy>', 'which directions are closed').choices(['both', 'inbound']).default('both'),
    )
    .addOption(
      new Option('--carry <kind...>', 'what rules carry beyond ports, where flows tell').choices(CONTEXT_KINDS),
    )
    .option('--run <id>', 'from which analysis (default: the current one)')
    .option(
      '--like <policy>',
      'call groups as this recommendation or stored policy does where they have the same members',
    )
    .action(run(recommend));
  const decided = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .option('--reason <text>', 'why, for those who read it later', '')
      .option('--by <name>', 'who decides (default: the user of the operating system)');
  decided('accept', 'make rules of what was refused, from the next recommendation on')
    .argument('<ids...>', 'of what was refused, or how they begin')
    .option('--policy <id>', 'which recommendation refused it (default: the latest)')
    .action(run(acceptRefused));
  decided('reject', 'leave out what a rule says, from the next recommendation on')
    .argument('<rule>', 'its id, or how it begins')
    .option('--policy <id>', 'of which recommendation (default: the latest)')
    .action(run(rejectRule));
  command.command('decisions').description('what was accepted and rejected').action(run(listRuleDecisions));
  decided('undo', 'take a decision back').argument('<decision>', 'id, or how it begins').action(run(undoRuleDecision));
}
