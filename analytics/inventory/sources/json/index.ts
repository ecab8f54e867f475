import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { InventorySource, SourceDocument } from '../../source';
import { chooseColumns } from '../csv/columns';
import { createRegister } from '../csv/register';
import { addRows } from '../csv/rows';
import { beginsAsJson } from '../json-values';
import { readEach } from '../read-each';
import { recordsOf } from './records';
import { tableOf } from './table';

/** Enough to tell what a document is. */
const SAMPLE = 20;

/** A register's answer in JSON: NetBox, ServiceNow and others, an Ansible inventory, any list of records, one a line. */
export const json: InventorySource = {
  kind: 'json',
  description:
    'records of a register as a list or one a line: NetBox, ServiceNow, ansible-inventory --list, others by a mapping',
  recognise(document, { mapping } = {}) {
    if (!beginsAsJson(document)) return false;
    const { records } = recordsOf(sampleOf(document));
    if (records.length > 0 && mapping?.address !== undefined) return true;
    return records.length > 0 && chooseColumns(tableOf(records.slice(0, SAMPLE)).columns) !== undefined;
  },
  read(documents, options) {
    const register = createRegister();
    let missing = 0;
    const rejects = readEach(documents, (document, at) => {
      const { records, rejects, ...pages } = recordsOf(document);
      missing += pages.missing;
      if (records.length === 0 && rejects.length > 0) {
        throw new WayleaveError(`${document.name} holds no JSON records: ${rejects[0]?.message}`, {
          code: 'bad-inventory',
        });
      }
      // An answer without records is a register without entries, not a mistake.
      if (records.length > 0) addRows({ ...tableOf(records, options.mapping), rejects }, options, register, at);
    });
    const snapshot = register.snapshot();
    return { ...snapshot, rejects: [...rejects, ...snapshot.rejects], complete: missing <= 0 };
  },
};

/** The first lines of a document that has a record on each. */
function sampleOf(document: SourceDocument): SourceDocument {
  return document.json === undefined ? { ...document, text: document.text.split('\n', SAMPLE).join('\n') } : document;
}
