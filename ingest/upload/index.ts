export { takeFile, type UploadReport } from './upload';
