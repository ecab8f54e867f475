import type { Dependency } from '../../analytics/model/dependency';
import type { Member } from '../../analytics/model/topology';
import type { ConfidencePart, Witness } from '../model/policy';
import { sumOf } from './evidence';

/**
 * How far a rule can be trusted: a product (the geometric mean), because good marks on one part do not make up for bad ones
 * on another. A part of which nothing is known, as telemetry is of recorded files, is left out.
 */
export function confidenceParts(
  dependencies: readonly Dependency[],
  members: readonly Member[],
  witnesses: readonly Witness[] | undefined,
): ConfidencePart[] {
  const connections = Math.max(
    1,
    sumOf(dependencies, (each) => each.connections),
  );
  const hours = dependencies.reduce((most, dependency) => Math.max(most, dependency.hours), 0);
  const direction = sumOf(dependencies, (each) => each.confidence * each.connections) / connections;
  const answered = Math.min(1, sumOf(dependencies, (each) => each.established) / connections);
  const membership = members.length === 0 ? 1 : sumOf(members, ({ confidence }) => confidence) / members.length;
  const best = witnesses?.reduce((most, { quality }) => Math.max(most, quality), 0);
  return [
    part('direction', direction, 'how sure it is who the client was, weighted by connections'),
    part('repetition', hours / (hours + 1), `active in at most ${hours === 1 ? '1 hour' : `${hours} hours`}`),
    part('answered', answered, `${percent(answered)} of the connections were answered`),
    part('membership', membership, `how clearly the ${members.length} memberships seen are where they are, on average`),
    ...(best === undefined || witnesses?.length === 0
      ? []
      : [
          part(
            'telemetry',
            best,
            `the best of its ${witnesses?.length} exporters showed ${percent(best)} of what there was`,
          ),
        ]),
  ];
}

export function confidenceOf(parts: readonly ConfidencePart[]): number {
  const mean = parts.reduce((product, { value }) => product * value, 1) ** (1 / parts.length);
  return Math.round(mean * 100) / 100;
}

function part(name: ConfidencePart['name'], value: number, words: string): ConfidencePart {
  return { name, value: Math.round(Math.min(1, value) * 1000) / 1000, words };
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
