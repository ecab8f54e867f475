import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { createProgram } from '../program';
import { SCRIPTS } from './scripts';

const completed = async (...words: string[]): Promise<string[]> => {
  const stdout = new PassThrough();
  // A configuration that would be refused: nothing is read or opened.
  const env = { WAYLEAVE_HTTP__PORT: 'none' };
  const program = createProgram({ stdin: new PassThrough(), stdout, stderr: new PassThrough(), env });
  await program.parseAsync(['complete', '--', ...words], { from: 'user' });
  stdout.end();
  const lines = String(stdout.read() ?? '').split('\n');
  return lines.slice(0, -1).map((line) => line.split('\t')[0] ?? '');
};

it.each([
  [['exp'], ['export', 'exporters']],
  [['comple'], ['completion']],
  [
    ['inventory', ''],
    ['import', 'diff', 'conflicts', 'imports', 'help'],
  ],
  [
    ['inventory', 'import', '--k'],
    ['--kubeconfig', '--kind'],
  ],
  [
    ['conversations', '--by', ''],
    ['total', 'hour'],
  ],
  [
    ['groups', 'd'],
    ['decisions', 'diff'],
  ],
  [
    ['groups', 'list', '--kind', 's'],
    ['shared-service', 'scanner'],
  ],
  [
    ['groups', '--kind', ''],
    ['application', 'tier', 'shared-service', 'scanner', 'external', 'unknown'],
  ],
  [['groups', '--low-confidence', '--ki'], ['--kind']],
  [['inventory', '--dry'], ['--dry-run']],
  [['why'], ['why-group', 'why']],
  [['conversations', '--limit', '5', '--js'], ['--json']],
  [['--data', 'flows', 'form'], ['formats']],
  [['completion', 'z'], ['zsh']],
  [
    ['inventory', 'import', '--kubeconfig', '--con'],
    ['--context', '--config'],
  ],
])('completes commands, options and choices: %j', async (words, expected) => {
  expect(await completed(...words)).toEqual(expected);
});

it.each([
  [['conversations', 'server in 10.1.0.0/16 and por'], 'server in 10.1.0.0/16 and port'],
  [['conversations', 'port '], 'port not in'],
  [['flows', '--limit', '5', 'protocol tc'], 'protocol tcp'],
  [['flows', 'src_por'], 'src_port'],
])('completes a filter as a whole: %j', async (words, expected) => {
  expect(await completed(...words)).toContain(expected);
});

it.each([
  [['ingest', '']],
  [['conversations', '--limit', '']],
  [['conversations', 'prot 5 and ']],
  [['conversations', 'port 443', 'po']],
])('offers nothing of its own at %j', async (words) => {
  expect(await completed(...words)).toEqual([]);
});

/** What bash would offer behind these words, with what it asks for. */
function inBash(...words: string[]): string[] {
  const script = `${SCRIPTS.bash}
    wayleave() { printf 'asked %s' "\${*: -2}"; printf '\\tmeaning\\n'; }
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _wayleave wayleave
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
    .stdout.trimEnd()
    .split('\n');
}

it('is asked by bash for the word at the cursor, and quotes what is not in quotes', () => {
  expect(inBash('wayleave', 'flows', "'port 4")).toEqual(['asked flows port 4']);
  expect(inBash('wayleave', 'flo')).toEqual(['asked\\ --\\ flo']);
});
