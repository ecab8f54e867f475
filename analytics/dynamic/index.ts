export { SURE, type DynamicService } from './dynamic-service';
export { findDynamicServices } from './find-dynamic';
