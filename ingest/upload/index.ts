export { UPLOAD_LIMITS, type UploadLimits } from './limits';
export { clearScratch } from './text';
export { createUploads, type UploadReport } from './upload';
