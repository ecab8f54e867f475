export { propose } from './propose';
