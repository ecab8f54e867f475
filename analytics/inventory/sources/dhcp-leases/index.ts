import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { InventoryReject, InventorySource } from '../../source';
import { readEach } from '../read-each';
import { dnsmasq } from './dnsmasq';
import { isc } from './isc';
import { kea } from './kea';
import { claimsOf, type Lease, type LeaseFormat } from './lease';
import { microsoft } from './microsoft';

const FORMATS: readonly LeaseFormat[] = [isc, kea, microsoft, dnsmasq];

/** Who was given which address from when to when, as DHCP servers keep it. */
export const dhcpLeases: InventorySource = {
  kind: 'dhcp-leases',
  description: 'dhcpd.leases, kea-leases4.csv, dnsmasq.leases, Get-DhcpServerv4Lease | Export-Csv',
  recognise: ({ text, json }) => json === undefined && FORMATS.some((format) => format.recognise(text)),
  read(documents, { scope = '', domain }) {
    const leases: Lease[] = [];
    const found: InventoryReject[] = [];
    const notes = new Set<string>();
    const rejects = readEach(documents, ({ name, text }, at) => {
      const format = FORMATS.find((format) => format.recognise(text));
      if (format === undefined) {
        throw new WayleaveError(`${name} holds no leases of ISC dhcpd, Kea, dnsmasq or the Microsoft DHCP server`, {
          code: 'bad-inventory',
        });
      }
      const reject = (where: string, message: string) => void found.push({ where: at(where), message });
      for (const lease of format.read(text, { reject, note: (note) => notes.add(note) })) leases.push(lease);
    });
    return {
      claims: claimsOf(leases, scope, domain),
      networks: [],
      logOns: [],
      rejects: [...rejects, ...found],
      notes: [...notes],
      complete: false,
    };
  },
};
