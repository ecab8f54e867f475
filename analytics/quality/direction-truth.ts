import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, WayleaveError } from '../../ingest/kernel/errors';
import { formatAddress, parseAddress } from '../../ingest/kernel/ip';

/** A session whose direction is known from its packets. */
export interface KnownSession {
  /** IANA number. */
  readonly protocol: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
}

export interface Endpoint {
  /** Canonical text. */
  readonly address: string;
  readonly port: number;
}

/** One network: what happened in it, and that as exporters report it. */
export interface Capture {
  readonly name: string;
  /** Path of each form of export that there is. */
  readonly exports: ReadonlyMap<Form, string>;
  readonly sessions: readonly KnownSession[];
  /** Sessions that were under way when the capture began: nobody knows who opened them. */
  readonly unknown: number;
}

/** Forms of export, and the file each is in. */
const FILES = {
  nfv5: 'nfv5.pcap',
  nfv9: 'nfv9.pcap',
  ipfix: 'ipfix.pcap',
  ipfix_biflow: 'ipfix_biflow.pcap',
  zeek: 'conn.log',
} as const;

export type Form = keyof typeof FILES;
export const FORMS = Object.keys(FILES) as Form[];

const TRUTH = 'truth.json';

const ENDPOINT = z
  .tuple([z.string(), z.int().min(0).max(65535)])
  .transform(([address, port]): Endpoint => ({ address: formatAddress(parseAddress(address)), port }));
/** Without `client` and `server`, or on the basis `unknown`, nobody knows who opened it. */
const TRUTHS = z.array(
  z.object({
    proto: z.int().min(0).max(255),
    basis: z.string(),
    client: ENDPOINT.nullish(),
    server: ENDPOINT.nullish(),
  }),
);

/**
 * Reads a folder of captures, one folder each: `truth.json` and the same traffic in one or more forms of export.
 * Folders without a truth are none.
 *
 * @throws WayleaveError `bad-captures` naming what is not as expected
 */
export async function readCaptures(folder: string): Promise<Capture[]> {
  const captures: Capture[] = [];
  for (const name of (await list(folder)).sort()) {
    const files = await list(join(folder, name)).catch((): string[] => []);
    if (!files.includes(TRUTH)) continue;
    const truths = await readTruths(join(folder, name, TRUTH));
    const sessions = truths.flatMap(({ proto, basis, client, server }) =>
      client && server && basis !== 'unknown' ? [{ protocol: proto, client, server }] : [],
    );
    const exports = FORMS.filter((form) => files.includes(FILES[form])).map((form): [Form, string] => [
      form,
      join(folder, name, FILES[form]),
    ]);
    captures.push({ name, exports: new Map(exports), sessions, unknown: truths.length - sessions.length });
  }
  if (captures.length === 0) throw badCaptures(folder, `no folder in it has a ${TRUTH}`);
  return captures;
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw badCaptures(folder, messageOf(cause), cause);
  }
}

async function readTruths(path: string): Promise<z.infer<typeof TRUTHS>> {
  try {
    return TRUTHS.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw badCaptures(path, cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause), cause);
  }
}

function badCaptures(path: string, found: string, cause?: unknown): WayleaveError {
  return new WayleaveError(`${path} is not of captures whose directions are known: ${found}`, {
    code: 'bad-captures',
    where: { path },
    cause,
  });
}
