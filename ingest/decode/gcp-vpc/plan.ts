import { OBSERVED } from '../../model/flow';
import type { EnginePlan } from '../format';
import { extractJson, texts, type JsonKeys } from '../lines/json';
import { planLines, type Field } from '../lines/plan';
import { READINGS, type ReadingName } from '../lines/reading';
import { firstGiven } from '../lines/sql';

const VPC = texts('project_id', 'vpc_name');
const side = (name: 'src' | 'dest'): JsonKeys => ({
  [`${name}_instance`]: texts('vm_name'),
  [`${name}_vpc`]: VPC,
  [`${name}_gke_details`]: { pod: texts('pod_name', 'pod_namespace') },
  [`${name}_gateway`]: { ...texts('name'), vpc: VPC },
  [`${name}_google_service`]: texts('service_name'),
});
const PAYLOAD: JsonKeys = {
  connection: texts('src_ip', 'dest_ip', 'src_port', 'dest_port', 'protocol'),
  ...texts('reporter', 'start_time', 'end_time', 'packets_sent', 'bytes_sent'),
  ...side('src'),
  ...side('dest'),
};
const ENTRY: JsonKeys = {
  ...texts('logName'),
  resource: { ...texts('type'), labels: texts('name', 'project_id', 'subnetwork_name') },
  jsonPayload: PAYLOAD,
};

/** @param entries whether the payload is within a log entry */
export function planRecords(entries: boolean): EnginePlan {
  const at = (path: string): string => (entries ? `j.jsonPayload.${path}` : `j.${path}`);
  const field = (column: Field['column'], path: string, reading: ReadingName): Field => ({
    column,
    name: path,
    text: at(path),
    reading: READINGS[reading],
  });
  const isEnd = (end: string): string => `startsWith(${at('reporter')}, '${end}')`;
  const reporting = (ofSource: string, ofDestination: string): string =>
    `multiIf(${isEnd('SRC')}, ${ofSource}, ${isEnd('DEST')}, ${ofDestination}, '')`;
  const hasNone = `(${at('connection.src_ip')} = '' AND ${at('connection.dest_ip')} = '')`;

  return planLines({
    bindings: [['j', extractJson('line', entries ? ENTRY : PAYLOAD)]],
    formed: entries ? `(NOT ${hasNone} OR j.logName != '')` : `NOT ${hasNone}`,
    malformed: `'the line is no VPC flow log record: it has no connection.src_ip and dest_ip'`,
    // A sink may put other logs into the same files.
    passed: entries ? `${hasNone} AND NOT endsWith(j.logName, 'vpc_flows')` : 'false',
    fields: [
      { ...field('src', 'connection.src_ip', 'address'), required: true },
      { ...field('dst', 'connection.dest_ip', 'address'), required: true },
      field('src_port', 'connection.src_port', 'port'),
      field('dst_port', 'connection.dest_port', 'port'),
      field('protocol', 'connection.protocol', 'uint8'),
      field('packets', 'packets_sent', 'count'),
      field('bytes', 'bytes_sent', 'count'),
      { ...field('start', 'start_time', 'date'), required: true },
      field('end', 'end_time', 'date'),
    ],
    columns: {
      format: `'gcp-vpc'`,
      end: `ifNull(v_end, assumeNotNull(v_start))`,
      sampling_rate: '1',
      // A configuration for the network and one for the subnetwork would each report the same packets.
      reporter: entries
        ? `concat(${resourceName()}, if(${resourceName()} = '', '', '/'), ${at('reporter')})`
        : at('reporter'),
      observed: `multiIf(${isEnd('SRC')}, ${OBSERVED.egress}, ${isEnd('DEST')}, ${OBSERVED.ingress}, ${OBSERVED.unsaid})`,
      scope: reporting(vpc(at, 'src'), vpc(at, 'dest')),
      workload: reporting(workload(at, 'src'), workload(at, 'dest')),
      src_workload: workload(at, 'src'),
      dst_workload: workload(at, 'dest'),
      fqdn: firstGiven(at('dest_google_service.service_name'), at('src_google_service.service_name')),
    },
  });
}

type At = (path: string) => string;

function resourceName(): string {
  const { name, subnetwork } = { name: 'j.resource.labels.name', subnetwork: 'j.resource.labels.subnetwork_name' };
  return firstGiven(name, subnetwork);
}

function vpc(at: At, name: 'src' | 'dest'): string {
  const path = (key: string): string => firstGiven(at(`${name}_vpc.${key}`), at(`${name}_gateway.vpc.${key}`));
  return `if(${path('vpc_name')} = '', '', concat(${path('project_id')}, '/', ${path('vpc_name')}))`;
}

function workload(at: At, name: 'src' | 'dest'): string {
  const pod = `${name}_gke_details.pod`;
  return `if(${at(`${pod}.pod_name`)} != '',
    concat(${at(`${pod}.pod_namespace`)}, '/', ${at(`${pod}.pod_name`)}),
    ${firstGiven(at(`${name}_instance.vm_name`), at(`${name}_gateway.name`))})`;
}
