export { groupAside } from './group-aside';
