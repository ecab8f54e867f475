import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { SORTS } from '../../analytics/conversations/query';
import { parseAddress, parsePrefix } from '../../ingest/kernel/ip';
import { messageOf } from '../../ingest/kernel/errors';
import { BACKENDS } from '../../recommender/export';
import { analyze } from './commands/analyze';
import { backup } from './commands/backup';
import { completion, completions } from './commands/completion';
import { conversations } from './commands/conversations';
import { demo } from './commands/demo';
import { exporters, samplingRate } from './commands/exporters';
import { exportRules } from './commands/export';
import { flows } from './commands/flows';
import { formats } from './commands/formats';
import { ingest } from './commands/ingest';
import { conflicts, importInventory, imports, type ImportOptions } from './commands/inventory';
import { noise } from './commands/noise';
import { collect, load } from './commands/processes';
import { restore } from './commands/restore';
import { serve } from './commands/serve';
import { services } from './commands/services';
import { workloads } from './commands/workloads';
import { why } from './commands/why';
import { SCRIPTS, type Shell } from './completion/scripts';
import { addGroupCommands } from './group-commands';
import { addProvingCommands } from './proving-commands';
import { addWeighingCommands } from './weighing-commands';
import { addPolicyCommands } from './policy-commands';
import { addRulesetCommands } from './ruleset-commands';
import { addRecommendCommands } from './recommend-commands';
import { addWatchCommands } from './watch-commands';
import { addThreatCommands } from './threat-commands';
import { openSession, type GlobalOptions, type Session, type Terminal } from './session';

function time(text: string): number {
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed)) throw new InvalidArgumentError('expected a time such as 2026-11-20T00:00:00Z');
  return Math.floor(parsed / 1000);
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };
}

function written<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(messageOf(error));
    }
  };
}

function assignment(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, ours, theirs] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (ours === undefined || theirs === undefined) throw new InvalidArgumentError('expected a name, = and a name');
  return { ...before, [ours]: theirs };
}

const uint32 = wholeNumber(0, 0xffff_ffff);

const FILTER_HELP = "what to narrow to: 'host 10.1.0.0/16 and port 443' (api/docs/queries.md)";
const DONE_HELP =
  'Every command takes --json, which prints one JSON document on stdout. Documentation: README.md and api/docs.';

/** @returns what throws CommanderError once it has said its piece, for help as for a command line it does not understand */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('wayleave')
    .description(
      'Learns from network flows which workload really uses which, and proposes the allow-list that follows.',
    )
    .option('--data <folder>', 'data directory (default: ./data, or WAYLEAVE_DATA)')
    .option('--config <file>', 'configuration file (default: wayleave.yaml if there is one)')
    .option('--json', 'one JSON document on stdout instead of text', false)
    .exitOverride()
    .addHelpText('after', `\n${DONE_HELP}`);

  const run =
    <Args extends unknown[]>(command: (session: Session, ...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      const session = openSession(terminal, program.opts<GlobalOptions>());
      try {
        await command(session, ...args);
      } finally {
        await session.close();
      }
    };
  const windowed = (command: Command) =>
    command.option('--from <time>', 'beginning, ISO 8601', time).option('--to <time>', 'end, exclusive', time);

  program
    .command('ingest')
    .description('take files of flows, recognised by content; - for stdin')
    .argument('<files...>')
    .action(run(ingest));
  const inventory = program
    .command('inventory')
    .description('what sources say of who is behind which address; `inventory <files>` is `inventory import <files>`');
  const imported = (command: Command) =>
    command
      .argument('[files...]', 'of one source, which belong together; or a cluster')
      .addOption(
        new Option(
          '--kubeconfig [file]',
          'read a Kubernetes cluster itself; without a file as kubectl finds it',
        ).conflicts('kind'),
      )
      .addOption(new Option('--context <name>', 'of the kubeconfig (default: its current one)').conflicts('kind'))
      .option('--source <name>', 'what it is called, the same every time (default: its kind)')
      .option('--kind <name>', 'what it is (default: as its content says)')
      .option('--scope <name>', 'VRF, VPC or tenant of what does not say its own')
      .option('--domain <name>', 'of names without one')
      .option('--map <ours=theirs>', 'which column or path is which of ours; may be repeated', assignment)
      .option('--label <ours=theirs>', 'which tag becomes which label; may be repeated', assignment);
  imported(inventory.command('import', { isDefault: true }))
    .description(
      'take what a source says; it is shown and asked for on a terminal; elsewhere what is no first import needs --yes',
    )
    .option('--dry-run', 'only show what it would change', false)
    .option('--yes', 'do not ask', false)
    .option('--ends-most', 'even if it ends most of what the source said before', false)
    .action(async (files: string[], options: ImportOptions) => {
      if (inventory.args.length === 0) inventory.outputHelp();
      else await run(importInventory)(files, options);
    });
  imported(inventory.command('diff'))
    .description('show what an import would change')
    .action(
      run((session, files: string[], options: ImportOptions) =>
        importInventory(session, files, { ...options, dryRun: true }),
      ),
    );
  inventory
    .command('conflicts')
    .description('claims that contradict each other, and which is believed')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 10_000), 100)
    .action(run(conflicts));
  inventory
    .command('imports')
    .description('what was imported, newest first')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 10_000), 20)
    .action(run(imports));
  program
    .command('workloads')
    .description(
      'who had an address at a time; or one workload: its addresses over time, labels, users, names, conflicts',
    )
    .argument('[id]')
    .option('--at <time>', 'as of when, ISO 8601 (default: now)', time)
    .option('--filter <text>', 'part of a name, an address or a label such as app=shop', '')
    .addOption(new Option('--unknown', 'inside the estate, but named by no source').conflicts('external'))
    .option('--external', 'outside the estate')
    .option('--after <id>', 'go on after this one', '')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 10_000), 100)
    .action(run(workloads));
  windowed(program.command('analyze')).description('find applications, tiers and shared services').action(run(analyze));
  addGroupCommands(program, run);
  addRecommendCommands(program, run, windowed);
  addProvingCommands(program, run, windowed);
  addWeighingCommands(program, run, windowed);
  program
    .command('export')
    .description('render a recommendation for a firewall, proved by importing it back')
    .requiredOption('--backend <name>', [...BACKENDS.keys()].join(', '))
    .option(
      '--policy <id>',
      'which recommendation (default: the latest); or a stored policy, @ and a revision if need be: what is in force of it',
    )
    .option('--draft', 'of a stored policy all, as if it were enforced', false)
    .option('--out <folder>', 'where to write', '.')
    .action(run(exportRules));
  addRulesetCommands(addPolicyCommands(program, run), run, windowed);
  addWatchCommands(program, run, windowed);
  addThreatCommands(program, run, windowed);
  windowed(program.command('exporters'))
    .description('how well each exporter was heard: loss, blind periods, sampling (default: the last day)')
    .action(run(exporters));
  program
    .command('sampling-rate')
    .description('set one packet in how many an exporter counts that does not say so itself; 0 takes it back')
    .argument('<exporter>', 'its address')
    .argument('<rate>', 'one packet in how many', uint32)
    .option('--domain <id>', 'only this observation domain', uint32)
    .action(run(samplingRate));
  windowed(program.command('flows'))
    .description('raw flows, as they were decoded')
    .argument('[filter]', FILTER_HELP)
    .option('--endpoint <address or prefix>', 'of either end', written(parsePrefix))
    .option('--port <number>', 'of either end', wholeNumber(0, 65_535))
    .option('--protocol <number>', 'IANA protocol number', wholeNumber(0, 255))
    .option('--exporter <address>', 'who reported them', written(parseAddress))
    .option('--format <name>', 'what they came in')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000_000), 100)
    .action(run(flows));
  windowed(program.command('conversations'))
    .description('who used what of whom, with outcome, volume, times and evidence')
    .argument('[filter]', FILTER_HELP)
    .addOption(
      new Option('--by <what>', 'the window as a whole, or each of its hours')
        .choices(['total', 'hour'])
        .default('total'),
    )
    .addOption(new Option('--sort <column>', 'what comes first').choices(Object.keys(SORTS)).default('bytes'))
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000_000), 100)
    .action(run(conversations));
  windowed(program.command('why'))
    .description('what is known of a conversation, or why an address is the server')
    .argument('<subject...>', "'10.0.0.9 -> 10.1.1.5:443/tcp', or an address")
    .option('--scope <name>', 'the address space it is in, where several have it')
    .action(run(why));
  windowed(program.command('noise'))
    .description('scans, broadcast, background and the like, and why they are held to be that (default: the last week)')
    .action(run(noise));
  windowed(program.command('services'))
    .description('what servers offer, the most used first (default: the last week)')
    .option('--dynamic', 'only services whose port wanders: MS-RPC, FTP, portmap, RMI, containers', false)
    .option('--limit <number>', 'how many at most', wholeNumber(1, 10_000), 100)
    .action(run(services));
  program.command('formats').description('list the flow formats and what each fills').action(run(formats));
  program
    .command('backup')
    .description('copy the data directory into a folder; a running server does it by POST /api/v1/backups')
    .argument('<folder>', 'new or empty')
    .action(run(backup));
  program
    .command('restore')
    .description('make the data directory from a backup; what is there is never overwritten')
    .argument('<folder>', 'what a backup wrote')
    .action(run(restore));
  program.command('collect').description('run collectors only, before Kafka: needs no ClickHouse').action(run(collect));
  program
    .command('load')
    .description('run a loader only, from Kafka into ClickHouse; any number share the work')
    .action(run(load));
  program.command('serve').description('run collectors, API and console until stopped').action(run(serve));
  program
    .command('demo')
    .description(
      'a made-up estate, from exports on the wire to proven rules; in a temporary folder, whatever --data is',
    )
    .option('--once', 'exit instead of serving', false)
    .option('--out <folder>', 'where to write the exports (default: a temporary folder)')
    .action(run(demo));
  program
    .command('completion')
    .description('print what makes a shell complete commands, options and filters (see api/docs/queries.md)')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .action((shell: Shell) => completion(terminal, shell));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => completions(terminal, program, words));
  pointAtHelp(program, program.name());
  return program;
}

/** Under what is wrong with a command line: all of its help would hide that. */
function pointAtHelp(command: Command, path: string): void {
  command.showHelpAfterError(`see ${path} --help`);
  for (const inner of command.commands) pointAtHelp(inner, `${path} ${inner.name()}`);
}
