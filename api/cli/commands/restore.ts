import { restore as restoreBackup, requireEmbedded } from '../../backup';
import { spaceOf } from '../../config/config';
import { printRestored } from '../print/backup';
import type { Session } from '../session';

export async function restore(session: Session, backup: string): Promise<void> {
  const { config } = session;
  requireEmbedded(config.store.url === undefined ? 'embedded' : 'server');
  const bar = session.progress('restore');
  try {
    const restored = await restoreBackup(backup, config.data, { space: spaceOf(config), report: bar.report });
    bar.done();
    session.answer(restored, () => printRestored(restored));
  } finally {
    bar.done();
  }
}
