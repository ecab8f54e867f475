import { z } from 'zod';

/** Of a filter; the language itself says what is too long. Express keeps several values of one name as a list. */
export const filterText = z.string({ message: 'expected one filter' });

/** What may stand at an offset of a filter: at its end, unless it is said. */
export const completionsQuery = z.strictObject({
  filter: filterText.default(''),
  offset: z.coerce.number().int().min(0).optional(),
});
