/** One field of a template record. */
export interface TemplateField {
  /** Private enterprise number, 0 for IANA and for NetFlow v9. */
  readonly enterprise: number;
  readonly id: number;
  /** Bytes, or `VARIABLE`. */
  readonly length: number;
}

/** RFC 7011 section 7: the length is in the record, in one byte or, after a 255, in two. */
export const VARIABLE = 0xffff;

/** Real templates have under 150 fields; this bounds what one datagram can make us compile. */
export const MAX_FIELDS = 512;

export type ExportFormat = 'netflow5' | 'netflow9' | 'ipfix';

export interface TemplateDefinition {
  readonly format: ExportFormat;
  readonly id: number;
  /** The first so many fields are the scope of an options template; undefined for a data template. */
  readonly scopeFields: number | undefined;
  readonly fields: readonly TemplateField[];
}

/** The least a record can take: what must be left for another one to follow. */
export function shortestRecord(fields: readonly TemplateField[]): number {
  return fields.reduce((sum, { length }) => sum + (length === VARIABLE ? 1 : length), 0);
}

/** Equal layouts decode by the same code, whoever sent the template. */
export function layoutKey({ format, fields }: TemplateDefinition): string {
  return `${format} ${fields.map(({ enterprise, id, length }) => `${enterprise}/${id}:${length}`).join(' ')}`;
}
