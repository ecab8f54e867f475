export { findUnseen } from './unseen';
