/**
 * Whose word counts where sources differ, most trusted first; names of sources or kinds of them. What runs a workload
 * knows its addresses best, and what hands addresses out comes next; registers are kept by hand and lag behind; DNS keeps
 * names of what is long gone.
 */
export const DEFAULT_TRUST: readonly string[] = [
  'kubernetes',
  'aws',
  'azure',
  'gcp',
  'nsx',
  'vsphere',
  'dhcp-leases',
  'json',
  'csv',
  'dns-zone',
];

/**
 * How little each source is trusted, from 1: `source`, `rank`. A name goes before the kind it is of, and who is not
 * mentioned comes last.
 *
 * Parameters: `trust`.
 */
export const RANKS_SQL = `
SELECT source, multiIf(by_name > 0, by_name, by_kind > 0, by_kind, length({trust:Array(String)}) + 1) AS rank
FROM (
  SELECT source, indexOf({trust:Array(String)}, source) AS by_name,
    indexOf({trust:Array(String)}, argMax(kind, imported)) AS by_kind
  FROM inventory_imports GROUP BY source
)`;
