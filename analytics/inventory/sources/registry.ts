import { WayleaveError } from '../../../ingest/kernel/errors';
import type { InventorySource, SourceDocument, SourceOptions } from '../source';
import { aws } from './aws';
import { azure } from './azure';
import { cloudRanges } from './cloud-ranges';
import { csv } from './csv';
import { dhcpLeases } from './dhcp-leases';
import { dnsZone } from './dns-zone';
import { gcp } from './gcp';
import { json } from './json';
import { kubernetes } from './kubernetes';
import { logOns } from './log-ons';
import { nsx } from './nsx';
import { vsphere } from './vsphere';

/** In the order in which documents are tried against them: what is particular before what takes nearly any file. */
export const SOURCES: readonly InventorySource[] = [
  kubernetes,
  aws,
  azure,
  gcp,
  nsx,
  vsphere,
  cloudRanges,
  dhcpLeases,
  logOns,
  dnsZone,
  json,
  csv,
];

/** The source that recognises every document. @throws WayleaveError `unknown-inventory` */
export function recogniseSource(
  documents: readonly SourceDocument[],
  options: SourceOptions = {},
  sources: readonly InventorySource[] = SOURCES,
): InventorySource {
  const found = sources.find((source) => documents.every((document) => source.recognise(document, options)));
  if (found) return found;
  const strange = documents.find((document) => !sources.some((source) => source.recognise(document, options)));
  const problem = strange
    ? `${strange.name} is nothing that an inventory is read from (of a register, a mapping of address says which column holds it)`
    : `${documents.map(({ name }) => name).join(', ')} are not of one kind: import them one kind at a time`;
  throw new WayleaveError(`${problem}; there are ${sources.map(({ kind }) => kind).join(', ')}`, {
    code: 'unknown-inventory',
    where: { file: strange?.name ?? '' },
  });
}

/** @throws WayleaveError `unknown-inventory` */
export function sourceOfKind(kind: string, sources: readonly InventorySource[] = SOURCES): InventorySource {
  const found = sources.find((source) => source.kind === kind);
  if (found) return found;
  throw new WayleaveError(
    `there is no kind of inventory ${kind}; there are ${sources.map((source) => source.kind).join(', ')}`,
    { code: 'unknown-inventory', where: { kind } },
  );
}
