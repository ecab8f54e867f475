export { UPLOAD_LIMITS, type UploadLimits } from './limits';
export { mayBeTakenLater } from './not-recorded';
export { clearScratch } from './text';
export { createUploads, type UploadReport } from './upload';
