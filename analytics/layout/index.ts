export { layoutMap } from './layout-map';
export type { MapLink, MapView } from './view';
