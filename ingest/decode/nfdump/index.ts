import type { FlowColumnName } from '../../model/flow';
import type { EngineFormat } from '../format';
import { firstFields } from '../lines/csv';
import { hasKey, hasKeys, jsonHead } from '../lines/json';
import { csvRecordOf, jsonRecord } from '../lines/record';
import { ICMP_FIELDS, NFDUMP_FIELDS } from './fields';
import { planRecords } from './plan';

const SEPARATOR = ',';
const NAMES = [...Object.values(NFDUMP_FIELDS).flatMap(([, names]) => names), ...ICMP_FIELDS];

/** What `nfdump -o csv`, `-o json` and `-o ndjson` print, in versions 1.6 and 1.7. */
export const nfdump: EngineFormat = {
  kind: 'engine',
  name: 'nfdump',
  title: 'nfdump output: CSV (1.6 and 1.7), JSON or JSON lines',
  fills: {
    ...(Object.fromEntries(
      Object.entries(NFDUMP_FIELDS).map(([column, [, names]]) => [column, names.join(' or ')]),
    ) satisfies Partial<Record<FlowColumnName, string>>),
    dst_port: 'dst_port, dstPort or dp; of ICMP icmp_type and icmp_code',
    end: 'last, t_last, lastSeen or te, else start and duration',
    verdict: 'event_id 3: denied',
  },
  recognise: (head) => isCsv(head) || isJson(jsonHead(head)),
  plan: (head) => planRecords(isCsv(head) ? csvRecordOf(head, SEPARATOR) : jsonRecord(NAMES.map((name) => [name]))),
};

function isCsv(head: Uint8Array): boolean {
  const { names } = firstFields(head, SEPARATOR);
  const has = (...wanted: readonly string[]): boolean => wanted.every((name) => names.includes(name));
  return has('ts', 'sa', 'da', 'pr') || has('firstSeen', 'srcAddr', 'dstAddr');
}

function isJson(json: string | undefined): boolean {
  if (json === undefined || !(hasKeys(json, 'first', 'last') || hasKeys(json, 't_first', 't_last'))) return false;
  return ['src4_addr', 'src6_addr'].some((key) => hasKey(json, key)) && hasKey(json, 'in_packets');
}
