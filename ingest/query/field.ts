import { TEXT, type Kind } from './kinds';
import { nearest } from './nearest';

/** An end of a row whose workload can be asked for. */
export interface End {
  /** SQL: the address (IPv6), its scope, and as of when it is to be resolved (epoch milliseconds). */
  readonly address: string;
  readonly scope: string;
  readonly at: string;
}

interface Named {
  readonly name: string;
  readonly meaning: string;
  readonly kind: Kind;
}

/** A field of columns: any of them satisfies. */
export interface ColumnField extends Named {
  /** SQL expressions of ours. */
  readonly columns: readonly string[];
  /** The columns are arrays, of which any element satisfies. */
  readonly list?: boolean;
  /** Its address can be asked for by workload, too: `client.app = shop`. */
  readonly ends?: readonly End[];
}

/** What the workload behind an address is called or labelled with. */
export interface OwnerField extends Named {
  readonly ends: readonly End[];
  /** Null: the workload's name. */
  readonly label: string | null;
}

export type Field = ColumnField | OwnerField;

/** What a filter can be about: flows, conversations. */
export interface FieldTable {
  /** `flows`: for messages. */
  readonly subject: string;
  readonly fields: readonly ColumnField[];
  /** Fields under a second name. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Why a name that people look for is not there, and what is. */
  readonly hints?: Readonly<Record<string, string>>;
}

/** After the dot: the name of the workload, rather than a label of it. */
export const WORKLOAD = 'workload';
export const WELL_KNOWN_LABELS: readonly string[] = ['role', 'app', 'env', 'loc'];

/** A field by name, without case; `client.app` is the label `app` of the workload behind `client`. */
export function findField(table: FieldTable, written: string): Field | undefined {
  const wanted = Object.hasOwn(table.aliases ?? {}, written.toLowerCase())
    ? (table.aliases?.[written.toLowerCase()] ?? written)
    : written;
  const exact = table.fields.find(({ name }) => name === wanted.toLowerCase());
  const dot = wanted.indexOf('.');
  if (exact || dot < 0) return exact;
  const base = findField(table, wanted.slice(0, dot));
  const label = wanted.slice(dot + 1);
  return base && 'columns' in base && base.ends && label !== '' ? ownerField(base.name, base.ends, label) : undefined;
}

function ownerField(end: string, ends: readonly End[], label: string): OwnerField {
  const isName = label.toLowerCase() === WORKLOAD;
  return {
    name: `${end}.${isName ? WORKLOAD : label}`,
    meaning: isName ? `the workload behind ${end} at the time` : `label ${label} of the workload behind ${end}`,
    kind: TEXT,
    ends,
    label: isName ? null : label,
  };
}

/** Every name that stands for a field, labels only the well-known ones. */
export function fieldNames(table: FieldTable): readonly { readonly name: string; readonly meaning: string }[] {
  const derived = table.fields.flatMap(({ name, ends }) =>
    ends ? [WORKLOAD, ...WELL_KNOWN_LABELS].map((label) => ownerField(name, ends, label)) : [],
  );
  const aliases = Object.entries(table.aliases ?? {}).map(([name, target]) => ({
    name,
    meaning: `the same as ${target}`,
  }));
  return [...table.fields, ...aliases, ...derived];
}

/** `; did you mean port?`, or what the table says of it, or nothing. */
export function suggestField(table: FieldTable, written: string): string {
  const wanted = written.toLowerCase();
  const hint = Object.hasOwn(table.hints ?? {}, wanted) ? table.hints?.[wanted] : undefined;
  if (hint !== undefined) return `: ${hint}`;
  const near = nearest(
    wanted,
    fieldNames(table).map(({ name }) => name),
  );
  return near === undefined ? '' : `; did you mean ${near}?`;
}
