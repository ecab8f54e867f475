export { aboutGroup, sameRole, type AboutGroup } from './about-group';
export type { GroupAnswer, Likeness, Membership, SharedHabit, Tie, TiedService } from './answer';
export { findWorkload } from './find-workload';
export { whyGroup } from './why-group';
