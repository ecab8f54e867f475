import type { InventoryReject, SourceDocument } from '../../source';
import { jsonValues } from '../json-values';
import { ansibleRecords } from './ansible';
import { netboxRecord } from './netbox';
import { get, isObject, textOf } from './path';

/** A record as the document has it, and where. */
export interface JsonRecord {
  /** `results[3]`, `line 12`. */
  readonly where: string;
  readonly value: unknown;
}

/** Where registers put the list: NetBox, ServiceNow, Device42, Elasticsearch, most others. */
const LISTS = ['results', 'result', 'data', 'items', 'records', 'objects', 'hosts', 'devices', 'Devices'];

export interface JsonRecords {
  readonly records: readonly JsonRecord[];
  readonly rejects: readonly InventoryReject[];
  /** How many pages say that another follows, less how many say that they follow another (NetBox: `next`, `previous`). */
  readonly missing: number;
}

/** Records of a list, of an answer with a list in it, of an Ansible inventory; of several of these, or of one a line. */
export function recordsOf(document: SourceDocument): JsonRecords {
  const rejects: InventoryReject[] = [];
  const records: JsonRecord[] = [];
  let missing = 0;
  for (const { where, value } of jsonValues(document, (reject) => rejects.push(reject))) {
    if (Array.isArray(get(value, 'results'))) missing += has(value, 'next') - has(value, 'previous');
    for (const record of listed(value)) {
      const place = [where, record.where].filter((part) => part !== '').join(', ') || 'record';
      if (isObject(record.value)) records.push({ where: place, value: netboxRecord(record.value) ?? record.value });
      else rejects.push({ where: place, message: 'not an object' });
    }
  }
  return { records, rejects, missing };
}

function listed(json: unknown): JsonRecord[] {
  const ansible = ansibleRecords(json);
  if (ansible) return ansible.map((value, i) => ({ where: `host ${i + 1}`, value }));
  const key = LISTS.find((key) => Array.isArray(get(json, key))) ?? '';
  const list = key === '' ? json : get(json, key);
  return Array.isArray(list)
    ? list.map((value: unknown, i) => ({ where: `${key}[${i}]`, value }))
    : [{ where: '', value: list }];
}

function has(page: unknown, link: 'next' | 'previous'): number {
  return textOf(get(page, link)) === '' ? 0 : 1;
}
