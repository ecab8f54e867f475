import { formatsOf } from '../../config/config';
import type { Session } from '../session';

export async function formats(session: Session): Promise<void> {
  const listed = formatsOf(session.config).map(({ name, title, fills }) => ({ name, title, fills }));
  session.answer(listed, () =>
    listed
      .map(({ name, title, fills }) => {
        const width = Math.max(...Object.keys(fills).map(({ length }) => length));
        const columns = Object.entries(fills).map(([column, element]) => `  ${column.padEnd(width)}  ${element}`);
        return `${name}: ${title}\n${columns.join('\n')}\n`;
      })
      .join('\n'),
  );
}
