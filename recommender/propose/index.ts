export { drawnPortsOf, type MayWander } from './drawn';
export { propose, type ProposeInput } from './propose';
