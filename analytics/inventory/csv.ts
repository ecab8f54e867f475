import { formatAddress, parseAddress } from '../../ingest/kernel/ip';
import { messageOf, WayleaveError } from '../../ingest/kernel/errors';

/** One line of the inventory: an address and whose it is. */
export interface InventoryEntry {
  readonly address: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface InventoryReject {
  readonly line: number;
  readonly message: string;
}

const LONGEST_FIELD = 256;

/**
 * Reads `address,name,role,app,env,loc`, in any order and with any further columns, which become labels. `address` is
 * required. Lines of the same name are one workload with several addresses. A bad line is reported and passed over.
 *
 * @throws WayleaveError `bad-inventory` when the header has no address column or names a column twice
 */
export function parseInventory(text: string): { entries: InventoryEntry[]; rejects: InventoryReject[] } {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = fieldsOf(lines[0] ?? '').map((field) => field.trim().toLowerCase());
  if (!header.includes('address')) {
    throw new WayleaveError(`the inventory's first line has no "address" column: ${(lines[0] ?? '').slice(0, 80)}`, {
      code: 'bad-inventory',
      where: { line: 1 },
    });
  }
  if (new Set(header).size !== header.length) {
    throw new WayleaveError("the inventory's first line names a column twice", {
      code: 'bad-inventory',
      where: { line: 1 },
    });
  }
  const entries: InventoryEntry[] = [];
  const rejects: InventoryReject[] = [];
  const owners = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    try {
      const entry = entryOf(header, fieldsOf(line));
      const earlier = owners.get(entry.address);
      if (earlier !== undefined) throw new Error(`${entry.address} is already on line ${earlier}`);
      owners.set(entry.address, index + 1);
      entries.push(entry);
    } catch (error) {
      rejects.push({ line: index + 1, message: messageOf(error) });
    }
  }
  return { entries, rejects };
}

function entryOf(header: readonly string[], fields: readonly string[]): InventoryEntry {
  if (fields.length !== header.length) throw new Error(`${fields.length} fields, the header has ${header.length}`);
  const values = new Map(header.map((name, index) => [name, (fields[index] ?? '').trim()]));
  const long = [...values].find(([, value]) => value.length > LONGEST_FIELD);
  if (long) throw new Error(`${long[0]} is longer than ${LONGEST_FIELD} characters`);
  const address = formatAddress(parseAddress(values.get('address') ?? ''));
  const name = values.get('name') || address;
  const labels = Object.fromEntries(
    [...values].filter(([key, value]) => key !== 'address' && key !== 'name' && value !== ''),
  );
  return { address, name, labels };
}

/** RFC 4180 without line breaks inside quotes: an inventory line is one line. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (quoted && char === '"' && line.charAt(i + 1) === '"') field += line.charAt(i++);
    else if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) {
      fields.push(field);
      field = '';
    } else field += char;
  }
  if (quoted) throw new Error('a quote is not closed');
  return [...fields, field];
}
