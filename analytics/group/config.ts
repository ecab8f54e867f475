import { knownService } from '../services';
import type { ApplicationOptions } from './applications/applications';
import type { ServiceLookUp } from './evidence';
import type { RoleOptions } from './roles/roles';

export interface GroupConfig {
  /** What ports tell; give `() => undefined` where they are anonymised. */
  readonly lookUp: ServiceLookUp;
  readonly roles: RoleOptions;
  readonly applications: Omit<ApplicationOptions, 'seed'>;
}

/** Chosen on generated estates only (docs: groups). */
export const DEFAULT_CONFIG: GroupConfig = {
  lookUp: knownService,
  roles: { relationShare: 0.6, neighbours: 16 },
  applications: { runs: 3, labelWeight: 1 },
};

export function withLabelWeight(labelWeight: number): GroupConfig {
  return { ...DEFAULT_CONFIG, applications: { ...DEFAULT_CONFIG.applications, labelWeight } };
}
