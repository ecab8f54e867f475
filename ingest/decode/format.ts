import type { FlowColumnName } from '../model/flow';
import type { RowBatches } from '../model/rows';
import type { ExporterHealth, ExporterName } from './exporter';
import type { Reject } from './reject';

export type { Reject };

/** What reading one file or upload came to. */
export interface ReadReport {
  /** Rows written. */
  rows: number;
  /** Records or lines seen that hold no flow by design: options data, headers, NODATA. */
  skipped: number;
  /** Records the source itself says it lost (sequence gaps, SKIPDATA). */
  lost: number;
  rejected: number;
  /** What was said of addresses beside flows: listeners, names, users. */
  sightings: number;
  /** The first few rejects, with their places; bounded. */
  readonly rejects: Reject[];
  /** How well each exporter was heard, and what it named, where the file carries exports. */
  readonly heard?: { readonly exporters: readonly ExporterHealth[]; readonly names: readonly ExporterName[] };
  /** Distinct places (exporter and domain, interface) that reported. */
  readonly exporters: string[];
}

/** A format whose bytes we decode ourselves, straight into rows. */
export interface DecodedFormat {
  readonly kind: 'decoded';
  readonly name: string;
  readonly title: string;
  /** Column by column, the wire element that fills it. */
  readonly fills: Readonly<Partial<Record<FlowColumnName, string>>>;
  /** Whether the first bytes of a (decompressed) file are this format's. */
  recognise(head: Uint8Array): boolean;
  /** Reads a whole file; rows go to `sink`, which may make the reader wait. */
  read(chunks: AsyncIterable<Uint8Array>, sink: RowSink): Promise<ReadReport>;
}

/**
 * A format of text lines that ClickHouse itself parses; we only write the query. Decompressing, taking JSON documents
 * apart and unwrapping what a log shipper put around lines are done before: a format only ever sees its own lines.
 */
export interface EngineFormat {
  readonly kind: 'engine';
  readonly name: string;
  readonly title: string;
  readonly fills: Readonly<Partial<Record<FlowColumnName, string>>>;
  recognise(head: Uint8Array): boolean;
  /**
   * Keys of a JSON document that hold an array of records (`records`, `Flows`): each element is given as a line of its
   * own. The elements of a document that is an array always are.
   */
  readonly recordsIn?: readonly string[];
  /** How to load a file that starts with `head`. @throws WayleaveError when the head names no usable columns */
  plan(head: Uint8Array): EnginePlan;
}

/**
 * SQL over a source of one column `line String`. Every line is exactly one of: a flow (`good`), passed over by design
 * (`skipped`), lost by the source (`lost`), or rejected: then `reject` gives the reason, which of a good line is ''.
 * Nothing is made null: the column expressions can be inserted as they are.
 */
export interface EnginePlan {
  /**
   * Where a line holds several flows: an expression over `line` that gives an array of strings, never an empty one, each
   * of which is then `line` to everything below.
   */
  readonly unfold?: string;
  /**
   * Lists of `expression AS name`, each over `line` and the names of the lists before, for the bindings and expressions
   * below: see `plannedLines`. What builds on other names several deep belongs here: the engine writes an alias out
   * wherever it is used, and text and work multiply with every level.
   */
  readonly stages?: readonly string[];
  /** Bindings for the expressions below: `WITH … AS …` list without the keyword. */
  readonly with: string;
  /**
   * Bindings in place of `with` that cost less and take lines of the usual form only. What is not good by them is read
   * again by `with`.
   */
  readonly quick?: string;
  readonly good: string;
  readonly skipped: string;
  readonly lost: string;
  readonly reject: string;
  /** A cheap condition on `line` alone, true of no line that is skipped or lost: most lines need no second look. */
  readonly plain: string;
  /** Expression per column. */
  readonly columns: Readonly<Partial<Record<FlowColumnName, string>>>;
  /**
   * What a line says of addresses beside, or instead of, a flow: an expression that gives
   * `Array(Tuple(seen DateTime64(6), kind String, address IPv6, protocol UInt8, port UInt16, value String))`, with the
   * kinds of the table `sightings`. Asked of every line that is not rejected.
   */
  readonly sightings?: string;
  /** A cheap condition on `line` alone, true of no line with sightings. */
  readonly unsighted?: string;
}

export type Format = DecodedFormat | EngineFormat;

export interface RowSink {
  readonly batches: RowBatches;
  /** When the file was taken in, in epoch microseconds: goes into `received`. */
  readonly receivedMicros: number;
  /** Call between datagrams or messages: flushes when enough has gathered, and waits while the store is behind. */
  drain(): Promise<void>;
}
