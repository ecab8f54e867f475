export { readActivity } from './activity';
export { readRecognitions } from './recognitions';
export { readSuspicion } from './suspicion';
