import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { InventoryReject, InventorySource } from '../../source';
import { readEach } from '../read-each';
import { claimsOf } from './names';
import { recordsOf, type ZoneRecord } from './records';

const SAMPLE = 16_384;

/** Names of addresses, as a name server has them: master files (RFC 1035) and zone transfers. */
export const dnsZone: InventorySource = {
  kind: 'dns-zone',
  description: 'zone files, forward and reverse; dig example.com AXFR; Export-DnsServerZone',
  recognise({ text, json }) {
    return json === undefined && /^\$(ORIGIN|TTL)\s|\s(IN\s+)?SOA\s/im.test(text.slice(0, SAMPLE));
  },
  read(documents, options) {
    const records: ZoneRecord[] = [];
    const found: InventoryReject[] = [];
    const rejects = readEach(documents, (document, at) => {
      const zone = recordsOf(document.text, options.domain);
      if (zone.records.length === 0 && zone.rejects.length > 0) {
        throw new WayleaveError(
          `${document.name} holds no zone: ${zone.rejects[0]?.where}: ${zone.rejects[0]?.message}`,
          {
            code: 'bad-inventory',
          },
        );
      }
      for (const record of zone.records) records.push({ ...record, where: at(record.where) });
      for (const { where, message } of zone.rejects) found.push({ where: at(where), message });
    });
    const claims = claimsOf(records, options.scope ?? '', (where, message) => found.push({ where, message }));
    return { claims, networks: [], logOns: [], rejects: [...rejects, ...found], complete: true };
  },
};
