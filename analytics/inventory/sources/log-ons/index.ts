import { messageOf, WayleaveError } from '../../../../ingest/kernel/errors';
import type { InventoryReject, InventorySource, LogOn, SourceDocument, SourceOptions } from '../../source';
import { headerOf, readTable } from '../csv/table';
import { recordsOf } from '../json/records';
import { beginsAsJson } from '../json-values';
import { readEach } from '../read-each';
import { logOnColumns, logOnOf } from './columns';
import { mergeLogOns } from './merge';
import { isLogOnEvent, sessionsOf, windowsEvent, type WindowsEvent } from './windows';

/** Enough to tell what a document is. */
const SAMPLE = 50;
/** Columns without which a row of a CSV is no Windows event. */
const EVENT_COLUMNS = [/^(Event)?Id$/i, /^TargetUserName$/i, /^TargetLogonId$/i];

/** Which user was on which address from when to when. */
export const logOns: InventorySource = {
  kind: 'log-ons',
  description: 'columns user, address, from, to; Windows Security events 4624, 4634 and 4647 as JSON or CSV',
  recognise(document, { mapping } = {}) {
    if (!beginsAsJson(document)) {
      const header = headerOf(document.text);
      return hasEvents(header) || logOnColumns(header, mapping?.user === undefined ? {} : mapping) !== undefined;
    }
    return sampleOf(document).some(isLogOnEvent);
  },
  read(documents, options) {
    const scope = options.scope ?? '';
    const found: InventoryReject[] = [];
    const events: WindowsEvent[] = [];
    const spans: LogOn[] = [];
    const rejects = readEach(documents, (document, at) => {
      const reject = (where: string, message: string) => void found.push({ where: at(where), message });
      for (const { where, take } of rowsOf(document, options, reject)) {
        try {
          const taken = take();
          if (taken && 'kind' in taken) events.push(taken);
          else if (taken) spans.push(taken);
        } catch (error) {
          reject(where, messageOf(error));
        }
      }
    });
    const { logOns, unended } = sessionsOf(events, scope);
    return {
      claims: [],
      networks: [],
      logOns: mergeLogOns([...spans, ...logOns]),
      rejects: [...rejects, ...found],
      notes: unended > 0 ? [`log-ons without a log-off, taken to have lasted 10 hours: ${unended}`] : [],
      complete: false,
    };
  },
};

interface Taken {
  readonly where: string;
  take(): WindowsEvent | LogOn | undefined;
}

function rowsOf(
  document: SourceDocument,
  options: SourceOptions,
  reject: (where: string, message: string) => void,
): Taken[] {
  if (beginsAsJson(document)) {
    const { records, rejects } = recordsOf(document);
    for (const { where, message } of rejects) reject(where, message);
    if (!records.some(({ value }) => isLogOnEvent(value))) throw none(document);
    return records.map(({ where, value }) => ({ where, take: () => windowsEvent(value) }));
  }
  const { columns, rows, rejects } = readTable(document.text);
  for (const { where, message } of rejects) reject(where, message);
  if (hasEvents(columns)) {
    return rows.map(({ where, cells }) => ({ where, take: () => windowsEvent(Object.fromEntries(cells)) }));
  }
  const chosen = logOnColumns(columns, options.mapping);
  if (chosen === undefined) throw none(document);
  return rows.map((row) => ({ where: row.where, take: () => logOnOf(row, chosen, options.scope ?? '') }));
}

function none({ name }: SourceDocument): WayleaveError {
  return new WayleaveError(`${name} has neither columns user, address and from nor Windows log-on events`, {
    code: 'bad-inventory',
  });
}

function hasEvents(columns: readonly string[]): boolean {
  return EVENT_COLUMNS.every((pattern) => columns.some((column) => pattern.test(column)));
}

function sampleOf(document: SourceDocument): unknown[] {
  const text = document.text.split('\n', SAMPLE).join('\n');
  const { records } = recordsOf(document.json === undefined ? { ...document, text } : document);
  return records.slice(0, SAMPLE).map(({ value }) => value);
}
