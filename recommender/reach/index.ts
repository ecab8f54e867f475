export { administers } from './administration';
export { suggestJewels, type Jewel } from './jewels';
export { measureReach, type ReachReport } from './reach';
