import {
  MAX_FIELDS,
  shortestRecord,
  type ExportFormat,
  type TemplateDefinition,
  type TemplateField,
} from '../template/definition';
import { allZero, uint16, uint32 } from '../wire';

export interface TemplateSet {
  readonly bytes: Uint8Array;
  /** Where the template records are, without the set's header. */
  readonly from: number;
  readonly end: number;
  readonly format: Exclude<ExportFormat, 'netflow5'>;
  readonly options: boolean;
}

interface TemplateVisitor {
  define(definition: TemplateDefinition, at: number): void;
  /** RFC 7011 section 8.1; the ids 2 and 3 withdraw all templates or all options templates. */
  withdraw(id: number, at: number): void;
  reject(code: string, message: string, at: number): void;
}

/** Data sets have the ids from here on, and so have templates. */
export const FIRST_DATA_SET = 256;
const ENTERPRISE_BIT = 0x8000;
const WITHDRAW_ALL = new Set([2, 3]);

/** Reads the template records of a set: RFC 7011 section 3.4, RFC 3954 sections 5.2 and 6.1. */
export function readTemplates(set: TemplateSet, visitor: TemplateVisitor): void {
  let at = set.from;
  // Anything shorter than a template header is padding, and so are zeros.
  while (at + 4 <= set.end && !(uint16(set.bytes, at) === 0 && allZero(set.bytes, at, set.end))) {
    const next = readTemplate(set, at, visitor);
    if (next === undefined) return;
    at = next;
  }
}

/** @returns where the next one starts, undefined when that cannot be told */
function readTemplate(set: TemplateSet, at: number, visitor: TemplateVisitor): number | undefined {
  const { bytes, end } = set;
  const id = uint16(bytes, at);
  const count = uint16(bytes, at + 2);
  if (set.format === 'ipfix' && count === 0) {
    if (id >= FIRST_DATA_SET || WITHDRAW_ALL.has(id)) visitor.withdraw(id, at);
    else visitor.reject('template-id', `withdrawal of template ${id}, which cannot exist`, at);
    return at + 4;
  }
  const header = readHeader(set, at);
  if (header === undefined) {
    visitor.reject('truncated-template', `options template ${id} ends within its header`, at);
    return undefined;
  }
  if (header.fields > MAX_FIELDS) {
    visitor.reject(
      'template-too-large',
      `template ${id} has ${header.fields} fields; at most ${MAX_FIELDS} are taken`,
      at,
    );
    return undefined;
  }
  const fields: TemplateField[] = [];
  let next = header.from;
  for (let index = 0; index < header.fields; index++) {
    const enterprise = set.format === 'ipfix' && next + 4 <= end && (uint16(bytes, next) & ENTERPRISE_BIT) !== 0;
    if (next + (enterprise ? 8 : 4) > end) {
      visitor.reject(
        'truncated-template',
        `template ${id} states ${header.fields} fields and ends within number ${index + 1}`,
        at,
      );
      return undefined;
    }
    const number = uint16(bytes, next);
    fields.push({
      enterprise: enterprise ? uint32(bytes, next + 4) : 0,
      id: enterprise ? number & ~ENTERPRISE_BIT : number,
      length: uint16(bytes, next + 2),
    });
    next += enterprise ? 8 : 4;
  }
  define({ format: set.format, id, scopeFields: set.options ? header.scopeFields : undefined, fields }, at, visitor);
  return next;
}

function define(definition: TemplateDefinition, at: number, visitor: TemplateVisitor): void {
  const { id, fields } = definition;
  if (id < FIRST_DATA_SET) visitor.reject('template-id', `template id ${id}; they start at ${FIRST_DATA_SET}`, at);
  else if (shortestRecord(fields) > 0) visitor.define(definition, at);
  else visitor.reject('zero-length-template', `template ${id} describes records of no bytes`, at);
}

interface Header {
  readonly from: number;
  readonly fields: number;
  readonly scopeFields: number;
}

function readHeader({ bytes, end, format, options }: TemplateSet, at: number): Header | undefined {
  const count = uint16(bytes, at + 2);
  if (!options) return { from: at + 4, fields: count, scopeFields: 0 };
  if (at + 6 > end) return undefined;
  const second = uint16(bytes, at + 4);
  if (format === 'ipfix') return { from: at + 6, fields: count, scopeFields: second };
  // NetFlow v9 gives the lengths of both parts in bytes, four for each field.
  return { from: at + 6, fields: (count >>> 2) + (second >>> 2), scopeFields: count >>> 2 };
}
