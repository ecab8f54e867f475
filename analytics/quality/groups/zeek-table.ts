import { WayleaveError } from '../../../ingest/kernel/errors';

/** Fields by name; unset ones are missing. */
export type ZeekRow = Readonly<Record<string, string>>;

const FIELDS = '#fields\t';
const UNSET = '-';

/**
 * Rows of a log as Zeek's ASCII writer prints it, tab separated under a `#fields` line.
 *
 * @throws WayleaveError `bad-zeek-logs` when a row comes before its fields, or has more of them
 */
export function* readZeekTable(text: string, path: string): Generator<ZeekRow> {
  let fields: readonly string[] | undefined;
  for (const [at, line] of text.split('\n').entries()) {
    if (line.startsWith(FIELDS)) fields = line.slice(FIELDS.length).split('\t');
    if (line === '' || line.startsWith('#')) continue;
    const values = line.split('\t');
    if (!fields || values.length > fields.length) {
      throw new WayleaveError(
        `${path}:${at + 1}: expected ${fields ? `${fields.length} fields, tab separated` : 'a #fields line first'}`,
        {
          code: 'bad-zeek-logs',
          where: { path, line: at + 1 },
        },
      );
    }
    yield Object.fromEntries(
      fields.flatMap((field, i) => ((values[i] ?? UNSET) === UNSET ? [] : [[field, values[i] ?? '']])),
    );
  }
}
