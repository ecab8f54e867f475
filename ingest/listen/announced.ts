import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseState, type NetflowState } from '../decode/netflow/state';
import { messageOf } from '../kernel/errors';
import type { Logger } from '../kernel/log';

/** A file of what exporters announced, so that their data can be read right after a restart. */
export interface AnnouncedFile {
  /** Undefined when there is none yet, or none that can be read: exporters will announce it again. */
  read(): NetflowState | undefined;
  /** Nothing is written while nothing has changed. */
  write(state: NetflowState): void;
}

/** Everything here blocks: the thread pool may be taken by the embedded engine, and a file is some kilobytes. */
export function announcedFile(path: string, log: Logger): AnnouncedFile {
  let last = '';
  return {
    read() {
      if (!existsSync(path)) return undefined;
      try {
        return parseState(JSON.parse(readFileSync(path, 'utf8')));
      } catch (error) {
        log.warn({ file: path, reason: messageOf(error) }, 'templates of exporters are not known yet');
        return undefined;
      }
    },
    write(state) {
      const text = JSON.stringify(state);
      if (text === last) return;
      try {
        writeFileSync(`${path}.new`, text, { mode: 0o600 });
        renameSync(`${path}.new`, path);
        last = text;
      } catch (error) {
        log.error({ file: path, reason: messageOf(error) }, 'templates of exporters cannot be kept for the next start');
      }
    },
  };
}
