export { administers } from './administration';
export type { Grounds } from './intruder-map';
export { suggestJewels, type Jewel } from './jewels';
export { measureReach, type ReachReport } from './reach';
