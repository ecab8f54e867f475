export { UPLOAD_LIMITS, type UploadLimits } from './limits';
export { clearScratch } from './text';
export { takeFile, type UploadReport } from './upload';
