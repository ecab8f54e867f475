import { PairNumbers } from '../../graph/pair-numbers';
import { joinColumns, rowCount, sumEntries, type SparseMatrix } from '../../graph/sparse';
import type { Draws } from '../../graph/urns';
import type { Features } from './features';

/**
 * Which services a workload draws: those with many others weigh more, by their logarithm, but all of them together as many
 * as they are, or one server of a thousand clients would outvote all its mates.
 */
export function drawPorts({ ports }: Features): Draws {
  const values = ports.values.map(dampened);
  for (let row = 0; row < rowCount(ports); row++) {
    const weights = values.subarray(ports.starts[row], ports.starts[row + 1]);
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    for (let at = 0; at < weights.length; at++) weights[at] = (weights[at] ?? 0) / mean;
  }
  return { ...ports, values, urnOf: new Uint32Array(ports.columns), kindOf: new Uint32Array(1), kinds: 1 };
}

/**
 * For each service, others of which class. How many of a class counts by its logarithm: a client that a balancer sends to
 * one server is sent to them all.
 *
 * @param classOf by workload number
 */
export function drawClasses(features: Features, classOf: Uint32Array): Draws {
  const { ports, relations } = features;
  const { classes, portOf } = classesByPort(features, classOf);
  const counts = joinColumns(each(relations), portOf.length, classes);
  return {
    ...counts,
    values: counts.values.map(dampened),
    urnOf: portOf,
    kindOf: Uint32Array.from({ length: ports.columns }, (_, port) => port),
    kinds: ports.columns,
  };
}

/** For each service and class of others, which of them. */
export function drawPartners(features: Features, classOf: Uint32Array): Draws {
  const { ports, relations } = features;
  const { classes, portOf } = classesByPort(features, classOf);
  return {
    ...each(relations),
    urnOf: classes,
    kindOf: portOf,
    kinds: ports.columns,
  };
}

/**
 * The role that a workload had before, from one urn: those that had the same are likely to have it again.
 *
 * @param before by row, if it had any
 * @param weight how many draws of its own it counts as
 */
export function drawBefore(before: readonly (string | undefined)[], weight: number): Draws {
  const numbers = new Map<string, number>();
  const rowOf: number[] = [];
  const columnOf: number[] = [];
  for (const [row, role] of before.entries()) {
    if (role === undefined) continue;
    const number = numbers.get(role) ?? numbers.size;
    numbers.set(role, number);
    rowOf.push(row);
    columnOf.push(number);
  }
  const values = new Float64Array(rowOf.length).fill(weight);
  return {
    ...sumEntries(before.length, numbers.size, rowOf, columnOf, values),
    urnOf: new Uint32Array(numbers.size),
    kindOf: new Uint32Array(1),
    kinds: 1,
  };
}

/** Others count once per service, however many services of theirs count as one. */
function each(relations: SparseMatrix): SparseMatrix {
  return { ...relations, values: new Float64Array(relations.values.length).fill(1) };
}

/** Numbers pairs of a service and a class of others: by column of relations, and the service of each such number. */
function classesByPort({ ports, portOf, partnerOf }: Features, classOf: Uint32Array) {
  const numbers = new PairNumbers(ports.columns, portOf.length);
  const classes = new Uint32Array(portOf.length);
  for (const [column, port] of portOf.entries()) {
    classes[column] = numbers.of(port, classOf[partnerOf[column] ?? 0] ?? 0);
  }
  return { classes, portOf: Uint32Array.from(numbers.firsts) };
}

function dampened(count: number): number {
  return 1 + Math.log(count);
}
