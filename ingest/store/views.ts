import { FLOW_COLUMNS } from '../model/flow';

type NameKind = 'interface' | 'vrf' | 'application';

/** Every column of `flows` but some, by its plain name: ClickHouse would call columns of a join `f.exporter`. */
function columnsBut(...left: string[]): string {
  return [...FLOW_COLUMNS.map(({ name }) => name as string), 'segment']
    .filter((name) => !left.includes(name))
    .map((name) => `f.${name} AS ${name}`)
    .join(', ');
}

const COUNTERS = ['packets', 'bytes', 'reverse_packets', 'reverse_bytes'];

/** Joins the newest name of a kind; empty where there is none. */
function named(kind: NameKind, as: string, id: string): string {
  return `LEFT ANY JOIN (
    SELECT n.exporter AS exporter, n.domain AS domain, n.id AS id, argMax(n.name, n.learned) AS name
    FROM exporter_names AS n WHERE n.kind = '${kind}' GROUP BY exporter, domain, id
  ) AS ${as} ON ${as}.exporter = f.exporter AND ${as}.domain = f.domain AND ${as}.id = ${id}`;
}

/**
 * Flows with what may be learned after they came: a sampling rate that a person set, which counts where the source gave
 * none, and the names of VRFs. Counters are there as counted and scaled by the rate.
 */
export const RATED_FLOWS = `SELECT ${columnsBut('scope', 'sampling_rate')},
    if(vrf.name = '', f.scope, vrf.name) AS scope,
    multiIf(f.sampling_rate > 0, f.sampling_rate, own.rate > 0, own.rate, every.rate) AS sampling_rate,
    ${COUNTERS.map((name) => `greatest(sampling_rate, 1) * f.${name} AS scaled_${name}`).join(', ')}
  FROM flows AS f
  LEFT ANY JOIN (
    SELECT s.exporter AS exporter, toUInt32(s.domain) AS domain, argMax(s.sampling_rate, s.changed) AS rate
    FROM exporter_settings AS s WHERE s.domain >= 0 GROUP BY exporter, domain
  ) AS own ON own.exporter = f.exporter AND own.domain = f.domain
  LEFT ANY JOIN (
    SELECT s.exporter AS exporter, argMax(s.sampling_rate, s.changed) AS rate
    FROM exporter_settings AS s WHERE s.domain < 0 GROUP BY exporter
  ) AS every ON every.exporter = f.exporter
  ${named('vrf', 'vrf', 'f.scope')}`;

/** `rated_flows` with the names of applications and interfaces: what people read. */
export const FLOW_DETAILS = `SELECT ${columnsBut('l7')}, ${COUNTERS.map((name) => `f.scaled_${name} AS scaled_${name}`).join(', ')},
    if(application.name = '', f.l7, application.name) AS l7,
    inward.name AS input_interface_name, outward.name AS output_interface_name
  FROM rated_flows AS f
  ${named('application', 'application', 'f.l7')}
  ${named('interface', 'inward', 'toString(f.input_interface)')}
  ${named('interface', 'outward', 'toString(f.output_interface)')}`;
