import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldReference } from '../../ingest/decode/field-reference';
import { FORMATS } from '../../ingest/decode/registry';

/** `npm run docs`: pages that are made from code. */
writeFileSync(join(__dirname, 'fields.md'), fieldReference(FORMATS));
