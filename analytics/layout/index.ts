export { layoutMap } from './layout-map';
export type { LinkState, MapLink } from './view';
