import type { Argument, Command, Option } from 'commander';
import { CONVERSATION_FIELDS, FLOW_AND_CONVERSATION_FIELDS } from '../../../analytics/conversations/query';
import { complete as completeFilter, type FieldTable } from '../../../ingest/query';

/** What the word at the cursor may become. */
export interface Candidate {
  readonly text: string;
  readonly meaning: string;
}

/** Commands that take a filter, and what it is about. */
const FILTERS: Readonly<Record<string, FieldTable>> = {
  flows: FLOW_AND_CONVERSATION_FIELDS,
  conversations: CONVERSATION_FIELDS,
};

/** What is meant where a command of several is named alone. */
const DEFAULTS: Readonly<Record<string, string>> = { groups: 'list', inventory: 'import' };

interface Place {
  readonly command: Command;
  /** Whose value comes next. */
  readonly option: Option | undefined;
  /** Arguments of the command before. */
  readonly position: number;
}

/**
 * What may stand at the end of a command line: commands, options, their choices, and parts of a filter, of which only what
 * holds whatever the data is offered. Nothing where a file or a text of one's own is expected.
 *
 * @param words behind the program's name, without quotes; the last one is completed
 */
export async function complete(program: Command, words: readonly string[]): Promise<Candidate[]> {
  const word = words.at(-1) ?? '';
  const { command, option, position } = placeBehind(program, words.slice(0, -1));
  if (option && !(option.optional && word.startsWith('-'))) return choicesOf(option, word);
  if (word.startsWith('-')) return startingWith(word, options(command));
  const argument = command.registeredArguments[position];
  const filter = argument?.name() === 'filter' ? FILTERS[command.name()] : undefined;
  if (filter) return partsOf(filter, word);
  const commands = position === 0 ? subcommands(command) : [];
  return [...startingWith(word, commands), ...(argument ? choicesOf(argument, word) : [])];
}

function placeBehind(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, option: undefined, position: 0 };
  for (const word of words) place = behind(place, word);
  return place;
}

function behind({ command, option, position }: Place, word: string): Place {
  if (word.startsWith('-') && (option === undefined || option.optional)) {
    const [named] = [command, ...defaultOf(command)].flatMap((of) => {
      const known = optionOf(of, word);
      return known ? [{ command: of, option: known.required || known.optional ? known : undefined }] : [];
    });
    return { command, option: undefined, position, ...named };
  }
  if (option) return { command, option: undefined, position };
  const next = position === 0 ? command.commands.find((known) => known.name() === word) : undefined;
  return next ? { command: next, option, position: 0 } : { command, option, position: position + 1 };
}

function defaultOf(command: Command): Command[] {
  return command.commands.filter((known) => known.name() === DEFAULTS[command.name()]);
}

function optionOf(command: Command, word: string): Option | undefined {
  return lineOf(command).flatMap(
    ({ options: known }) => known.find(({ long, short }) => word === long || word === short) ?? [],
  )[0];
}

/** A command and those it is part of, whose options it takes too. */
function lineOf(command: Command): Command[] {
  return command.parent ? [command, ...lineOf(command.parent)] : [command];
}

function options(command: Command): Candidate[] {
  return [...defaultOf(command), ...lineOf(command)].flatMap((of) =>
    of
      .createHelp()
      .visibleOptions(of)
      .map(({ long, short, description }) => ({ text: long ?? short ?? '', meaning: description })),
  );
}

function subcommands(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((known) => ({ text: known.name(), meaning: known.description() }));
}

function choicesOf({ argChoices = [] }: Option | Argument, word: string): Candidate[] {
  return startingWith(
    word,
    argChoices.map((text) => ({ text, meaning: '' })),
  );
}

/** A shell replaces the whole word, which is the whole filter. */
async function partsOf(filter: FieldTable, word: string): Promise<Candidate[]> {
  const { from, items } = await completeFilter(filter, word, word.length);
  return items.map(({ text, meaning }) => ({ text: word.slice(0, from) + text, meaning }));
}

function startingWith(word: string, candidates: readonly Candidate[]): Candidate[] {
  const unique = new Map(candidates.map((candidate) => [candidate.text, candidate]));
  return [...unique.values()].filter(({ text }) => text.startsWith(word));
}
