export { findDependencies } from './dependencies';
