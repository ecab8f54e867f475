import { InvalidArgumentError, Option, type Command } from 'commander';
import { STAGES, type Stage } from '../../recommender/lifecycle';
import {
  actOnPolicy,
  createPolicy,
  diffPolicy,
  editPolicy,
  listPolicies,
  policyHistory,
  policyLeases,
  revisePolicy,
  rollBackPolicy,
  showPolicy,
  type ActorOptions,
  type TargetOptions,
} from './commands/policies';
import type { Session } from './session';

type Run = <Args extends unknown[]>(
  command: (session: Session, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>;

const POLICY_HELP = 'name, id, or how an id begins';

function revisionNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('expected the number of a revision: 1, 2, …');
}

/** Stored policies, their revisions, and what people do with them. @returns what more can stand under */
export function addPolicyCommands(program: Command, run: Run): Command {
  const command = program
    .command('policy')
    .description('policies from draft to enforced: revisions, approvals, leases (see api/docs/lifecycle.md)');
  const acted = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .option('--reason <text>', 'why, for those who read it later', '')
      .option('--by <name>', 'who does it (default: the user of the operating system)')
      .option('--expect <version>', 'refuse if anything was done to it since that version', revisionNumber);
  const onPolicy = (name: string, description: string) => acted(name, description).argument('<policy>', POLICY_HELP);
  const about = (made: Command) =>
    made
      .option('--revision <number>', 'which revision (default: the newest)', revisionNumber)
      .option('--section <id>', 'only the rules of this section')
      .option(
        '--group <group>',
        'only what closes and speaks of a group, by id or name; of an application, of its tiers',
      )
      .addOption(
        new Option('--direction <side>', 'only connections to, or from, that group').choices(['inbound', 'outbound']),
      )
      .option('--rule <id>', 'only this rule');

  command
    .command('list', { isDefault: true })
    .description('all policies, and how far they have come')
    .action(run(listPolicies));
  command
    .command('show')
    .description('one policy: every rule and closing with its stage, comments, overrides')
    .argument('<policy>', POLICY_HELP)
    .argument('[revision]', 'number (default: the newest)', revisionNumber)
    .action(run((session, policy: string, number: number | undefined) => showPolicy(session, policy, number)));
  acted('create', 'store a recommendation as a policy')
    .option('--recommendation <id>', 'which (default: the latest)')
    .option('--file <path>', 'a policy as `export --backend json` writes it, instead')
    .option('--name <name>', 'what to call it (default: as the recommendation is called)')
    .action(run(createPolicy));
  onPolicy('revise', 'merge a newer recommendation into a policy, or give it another body')
    .option('--recommendation <id>', 'which (default: the latest)')
    .option('--file <path>', 'a policy as `export --backend json` writes it, instead')
    .option('--dry-run', 'only say what it would come to', false)
    .action(run(revisePolicy));
  onPolicy('edit', 'change a policy by hand, and say what that opens and breaks')
    .argument('<file>', 'JSON list of edits; - for stdin')
    .option('--dry-run', 'only say what it would come to', false)
    .action(run(editPolicy));
  command
    .command('diff')
    .description('what changed between two revisions, in words and in packets')
    .argument('<policy>', POLICY_HELP)
    .argument('[from]', 'number (default: the one before)', revisionNumber)
    .argument('[to]', 'number (default: the newest)', revisionNumber)
    .action(
      run((session, policy: string, from: number | undefined, to: number | undefined) =>
        diffPolicy(session, policy, from, to),
      ),
    );
  onPolicy('rollback', 'make an earlier revision the newest')
    .argument('<revision>', 'its number', revisionNumber)
    .action(run(rollBackPolicy));
  for (const [kind, description] of [
    ['review', 'say that drafts were read'],
    ['approve', 'say that what was reviewed may be staged'],
  ] as const) {
    about(onPolicy(kind, description)).action(
      run((session, policy: string, options: ActorOptions & TargetOptions) =>
        actOnPolicy(session, policy, options, (revision, target) => ({ kind, revision, target })),
      ),
    );
  }
  for (const [kind, description] of [
    ['stage', 'let what was approved raise alerts, and deny nothing'],
    ['enforce', 'let what is staged decide, if the gate passes it'],
  ] as const) {
    about(onPolicy(kind, description))
      .option('--drop', 'what is in force and not in this revision may go', false)
      .option('--override <reason>', 'although the gate has not passed the revision; the reason is kept')
      .action(
        run((session, policy: string, options: ActorOptions & TargetOptions & { drop: boolean; override?: string }) => {
          const { drop, override } = options;
          const how = { drop, ...(override === undefined ? {} : { override }) };
          return actOnPolicy(session, policy, options, (revision, target) => ({ kind, revision, target, ...how }));
        }),
      );
  }
  about(onPolicy('withdraw', 'take back to an earlier stage; by default of the revision in force'))
    .addOption(new Option('--to <stage>', 'which').choices(STAGES.slice(0, -1)).default('draft'))
    .action(
      run((session, policy: string, options: ActorOptions & TargetOptions & { to: Stage }) =>
        actOnPolicy(session, policy, options, (revision, target) => ({
          kind: 'withdraw',
          revision,
          target,
          to: options.to,
        })),
      ),
    );
  about(onPolicy('comment', 'say something of a policy, section, group or rule'))
    .argument('<text>')
    .action(
      run((session, policy: string, text: string, options: ActorOptions & TargetOptions) =>
        actOnPolicy(session, policy, options, (_, target) => ({ kind: 'comment', target, text })),
      ),
    );
  onPolicy('owner', 'say who is responsible for it')
    .argument('<owner>')
    .action(
      run((session, policy: string, owner: string, options: ActorOptions) =>
        actOnPolicy(session, policy, options, () => ({ kind: 'own', owner })),
      ),
    );
  command
    .command('history')
    .description('all that was done to it, oldest first')
    .argument('<policy>', POLICY_HELP)
    .action(run((session, policy: string) => policyHistory(session, policy)));
  onPolicy('leases', 'rules that are not for ever, the first to end first')
    .option('--tend', 'renew them by what was used, and propose a revision without what ran out', false)
    .action(run(policyLeases));
  return command;
}
