import type { DynamicService } from './dynamic-service';

const HOUR = 3_600;
const DAY = 86_400;

interface Life {
  readonly port: number;
  readonly first: number;
  readonly last: number;
}

/** What one service's ports were like. @param lives at least one */
export function livesOf(lives: readonly Life[]): Pick<DynamicService, 'observed' | 'ports' | 'stability'> {
  const ports = lives.map(({ port }) => port).sort((a, b) => a - b);
  const spans = lives.map(({ first, last }) => (last - first) / HOUR).sort((a, b) => a - b);
  const from = lives.reduce((least, { first }) => Math.min(least, first), Infinity);
  const to = lives.reduce((most, { last }) => Math.max(most, last), 0);
  const later = lives.filter(({ first }) => first >= from + DAY).length;
  const days = (to - from) / DAY - 1;
  return {
    observed: { first: ports[0] ?? 0, last: ports.at(-1) ?? 0 },
    ports,
    stability: {
      medianLifeHours: rounded(spans[Math.floor(spans.length / 2)] ?? 0),
      onSeveralDays:
        Math.round((100 * lives.filter(({ first, last }) => dayOf(last) > dayOf(first)).length) / lives.length) / 100,
      newPortsPerDay: days > 0 ? rounded(later / days) : 0,
    },
  };
}

function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
