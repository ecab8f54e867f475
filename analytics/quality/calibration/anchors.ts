import type { Figure } from './figures';

/** What the published networks g21 (96 hours) and g22 (a session of 13 hours) show, by the definitions of `figuresOf`. */
export const ANCHORS: Readonly<Record<'g21-like' | 'g22-like', Readonly<Partial<Record<Figure, number>>>>> = {
  'g21-like': {
    'fan-out-p50': 1,
    'fan-out-p75': 52,
    'fan-in-p50': 1,
    'fan-in-p90': 51,
    'ports-p50': 1,
    'ports-p90': 9,
    'ports-p99': 479,
    'port-pairs-p50': 2,
    'port-pairs-max': 2_646,
    'port-share-top-1': 0.24,
    'port-share-top-5': 0.48,
    'port-share-top-20': 0.57,
    'edges-one-hour': 0.17,
    'edges-all-hours': 0.19,
    'edges-udp': 0.25,
    'hosts-both': 0.2,
    'edge-packets-p50': 2_300,
  },
  'g22-like': {
    'fan-out-p50': 9,
    'fan-out-p90': 38,
    'fan-out-p99': 250,
    'fan-in-p50': 4,
    'fan-in-p90': 52,
    'fan-in-p99': 266,
    'ports-p50': 1,
    'ports-p99': 8,
    'port-share-top-1': 0.5,
    'port-share-top-5': 0.88,
    'port-share-top-20': 0.99,
    'edges-one-hour': 0.23,
    'edges-all-hours': 0.32,
    'edges-udp': 0.64,
    'edge-packets-p50': 38,
  },
};

/** A profile may differ from its anchor by this factor either way. */
export const TOLERANCE = 2;
