export { layoutMap } from './layout-map';
export type { MapLink } from './view';
