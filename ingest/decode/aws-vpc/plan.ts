import type { FlowColumnName } from '../../model/flow';
import { INITIATOR, OBSERVED, VERDICT } from '../../model/flow';
import { PROTOCOL } from '../../kernel/port';
import type { EnginePlan } from '../format';

interface Numeric {
  readonly parse: string;
  readonly what: string;
}

const NUMBERS: Readonly<Record<string, Numeric>> = {
  srcport: { parse: 'toUInt16OrNull', what: 'a port' },
  dstport: { parse: 'toUInt16OrNull', what: 'a port' },
  protocol: { parse: 'toUInt8OrNull', what: 'a protocol number' },
  packets: { parse: 'toUInt64OrNull', what: 'a count' },
  bytes: { parse: 'toUInt64OrNull', what: 'a count' },
  start: { parse: 'toUInt32OrNull', what: 'a time in epoch seconds' },
  end: { parse: 'toUInt32OrNull', what: 'a time in epoch seconds' },
  'packets-lost-no-route': { parse: 'toUInt64OrNull', what: 'a count' },
  'packets-lost-blackhole': { parse: 'toUInt64OrNull', what: 'a count' },
  'tcp-flags': { parse: 'toUInt8OrNull', what: 'a set of TCP flags' },
};
const ADDRESSES = ['srcaddr', 'dstaddr', 'pkt-srcaddr', 'pkt-dstaddr'];
/** Where a Transit Gateway has no way on by its route tables. Too long and too old packets are no policy. */
const UNROUTED = ['packets-lost-blackhole', 'packets-lost-no-route'];
/** The most particular name of what the reporting interface belongs to comes first. */
const WORKLOADS = ['ecs-service-name', 'ecs-task-id', 'instance-id', 'resource-id'];
const ABSENT = `'-'`;

/**
 * SQL that reads lines of these fields. Nothing of a file goes into it but the positions of known fields.
 *
 * `splitByChar` over whole lines is the fastest the engine has for this (1 M lines: 0.35 s of CPU against 0.5 s for
 * `splitByWhitespace` and 1.6 s for `CustomSeparated`), so only lines that do not come out right are split again.
 */
export function planFor(names: readonly string[]): EnginePlan {
  const has = (name: string): boolean => names.includes(name);
  // The last field keeps the carriage return of a CRLF file.
  const text = (name: string): string => {
    const index = names.indexOf(name) + 1;
    return index === names.length ? `trimRight(f[${index}], '\\r')` : `f[${index}]`;
  };
  const value = (name: string): string => `v_${name.replaceAll('-', '_')}`;
  const numbers = Object.entries(NUMBERS).filter(([name]) => has(name));
  const addresses = ADDRESSES.filter(has);

  const invalid = (name: string, parsed: string): string => `(isNull(${parsed}) AND ${text(name)} != ${ABSENT})`;
  const checks: (readonly [condition: string, reason: string])[] = [
    ...addresses.map((name) => [invalid(name, value(name)), wrong(name, 'an IP address', text(name))] as const),
    ...numbers.map(([name, { what }]) => [invalid(name, value(name)), wrong(name, what, text(name))] as const),
    [`isNull(v_src)`, `'the line has no source address'`],
    [`isNull(v_dst)`, `'the line has no destination address'`],
  ];
  const status = has('log-status') ? text('log-status') : undefined;
  const withoutAddress = addresses.map((name) => `${text(name)} = ${ABSENT}`).join(' AND ');
  const isEmpty = status ? `${status} = 'NODATA'` : `(${withoutAddress})`;
  const isData = status ? `${status} = 'OK'` : `NOT ${isEmpty}`;
  const addressAt = addresses[0] ?? 'srcaddr';
  const isHeader = `${text(addressAt)} = '${addressAt}'`;

  const read: [alias: string, expression: string][] = [
    ['complete', `length(f) = ${names.length}`],
    ...addresses.map((name): [string, string] => [value(name), `toIPv6OrNull(${text(name)})`]),
    ['v_src', endpoint('srcaddr', has, value)],
    ['v_dst', endpoint('dstaddr', has, value)],
    ...numbers.map(([name, { parse }]): [string, string] => [value(name), `${parse}(${text(name)})`]),
  ];

  const given = (name: string): string => `if(${text(name)} = ${ABSENT}, '', ${text(name)})`;
  const columns: Partial<Record<FlowColumnName, string>> = {
    format: `'aws-vpc'`,
    src: `assumeNotNull(v_src)`,
    dst: `assumeNotNull(v_dst)`,
    sampling_rate: '1',
  };
  const fill = (column: FlowColumnName, name: string, expression: string): void => {
    if (has(name)) columns[column] = expression;
  };
  const number = (name: string): string => `ifNull(${value(name)}, 0)`;
  const time = (name: string): string => `fromUnixTimestamp64Micro(toInt64(${number(name)}) * 1000000)`;
  const reporter = ['interface-id', 'tgw-attachment-id'].find(has);
  if (reporter !== undefined) columns.reporter = given(reporter);
  fill('scope', 'vpc-id', given('vpc-id'));
  const workloads = WORKLOADS.filter(has);
  if (workloads.length > 0) {
    // A service is unique within its cluster only.
    const cluster = has('ecs-cluster-name') ? text('ecs-cluster-name') : ABSENT;
    const named = (name: string): string =>
      name.startsWith('ecs-')
        ? `if(${cluster} = ${ABSENT}, ${text(name)}, concat(${cluster}, '/', ${text(name)}))`
        : text(name);
    columns.workload = `multiIf(${workloads.map((name) => `${text(name)} != ${ABSENT}, ${named(name)}`).join(', ')}, '')`;
  }
  fill('src_workload', 'pkt-src-aws-service', given('pkt-src-aws-service'));
  fill('dst_workload', 'pkt-dst-aws-service', given('pkt-dst-aws-service'));
  fill('rule_id', 'reject-reason', given('reject-reason'));
  fill('start', 'start', time('start'));
  fill('end', 'end', time('end'));
  fill('src_port', 'srcport', number('srcport'));
  fill('dst_port', 'dstport', number('dstport'));
  fill('protocol', 'protocol', number('protocol'));
  fill('packets', 'packets', number('packets'));
  fill('bytes', 'bytes', number('bytes'));
  fill('tcp_flags', 'tcp-flags', number('tcp-flags'));
  if (has('action')) {
    const action = text('action');
    columns.verdict = `multiIf(${action} = 'ACCEPT', ${VERDICT.allowed}, ${action} = 'REJECT', ${VERDICT.denied}, ${VERDICT.unsaid})`;
  }
  const unrouted = UNROUTED.filter(has);
  if (!has('action') && unrouted.length > 0 && has('packets')) {
    const dropped = `(${unrouted.map(number).join(' + ')})`;
    const denied = `${dropped} > 0 AND ${dropped} >= ${number('packets')}`;
    const reasons = unrouted.map((name) => `${number(name)} > 0, '${name.replace('packets-lost-', '')}'`).join(', ');
    columns.verdict = `if(${denied}, ${VERDICT.denied}, ${VERDICT.unsaid})`;
    columns.rule_id = `if(${denied}, multiIf(${reasons}, ''), '')`;
  }
  if (has('flow-direction')) {
    const direction = text('flow-direction');
    columns.observed = `multiIf(${direction} = 'ingress', ${OBSERVED.ingress}, ${direction} = 'egress', ${OBSERVED.egress}, ${OBSERVED.unsaid})`;
  }
  if (has('tcp-flags') && has('protocol')) {
    // SYN alone is sent by who opens, SYN-ACK by who answers; AWS leaves a lone ACK out.
    const handshake = `bitAnd(${number('tcp-flags')}, 18)`;
    columns.initiator = `multiIf(${number('protocol')} != ${PROTOCOL.tcp}, ${INITIATOR.unknown}, ${handshake} = 2, ${INITIATOR.src}, ${handshake} = 18, ${INITIATOR.dst}, ${INITIATOR.unknown})`;
  }
  for (const [column, name] of [
    ['via_src', 'srcaddr'],
    ['via_dst', 'dstaddr'],
  ] as const) {
    if (!has(name) || !has(`pkt-${name}`)) continue;
    const differs = `isNotNull(${value(name)}) AND isNotNull(${value(`pkt-${name}`)}) AND ${value(name)} != ${value(`pkt-${name}`)}`;
    columns[column] = `if(${differs}, assumeNotNull(${value(name)}), toIPv6('::'))`;
  }

  const sound = checks.map(([condition]) => `NOT ${condition}`).join(' AND ');
  const reasons = checks.map(([condition, reason]) => `${condition}, ${reason}`).join(', ');
  const oddStatus = status
    ? `NOT (${isData}), concat('log-status is not OK, NODATA or SKIPDATA: "', ${status}, '"'), `
    : '';
  const bindings = read.map(([alias, expression]) => `${expression} AS ${alias}`).join(', ');
  return {
    with: `splitByChar(' ', line) AS f0, if(length(f0) = ${names.length}, f0, splitByWhitespace(line)) AS f, ${bindings}`,
    quick: `splitByChar(' ', line) AS f, ${bindings}`,
    good: `(complete AND ${isData} AND ${sound})`,
    skipped: `(line IN ('', '\\r') OR complete AND (${isEmpty} OR ${isHeader}))`,
    lost: status ? `(complete AND ${status} = 'SKIPDATA')` : 'false',
    reject: `multiIf(NOT complete, concat('expected ${names.length} fields, found ', toString(length(f))), ${oddStatus}${reasons}, '')`,
    plain: names.at(-1) === 'log-status' ? `endsWith(line, ' OK')` : 'false',
    columns,
  };
}

function endpoint(name: string, has: (name: string) => boolean, value: (name: string) => string): string {
  const known = [`pkt-${name}`, name].filter(has).map(value);
  return known.length === 1 ? (known[0] ?? '') : `coalesce(${known.join(', ')})`;
}

function wrong(name: string, what: string, text: string): string {
  return `concat('${name} is not ${what}: "', ${text}, '"')`;
}
