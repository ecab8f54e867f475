import type { Detected } from '../noise/finding';

/** Ports that a noise finding's marks name, ascending; none where it is about all services of an address. */
export function noiseServices({ marks }: Pick<Detected, 'marks'>, finding: number): number[] {
  const ports = marks.flatMap((mark) =>
    mark.finding === finding && mark.service !== null ? [mark.service % 65_536] : [],
  );
  return [...new Set(ports)].sort((a, b) => a - b);
}
