export { readActivity } from './activity';
export { readRecognitions } from './recognitions';
export { readSuspicion } from './suspicion';
export { suspectedBy } from './suspected';
