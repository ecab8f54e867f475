import type { z } from 'zod';

/** What the API's document says of one method of one path. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly status: number;
  readonly answer: z.ZodType;
  readonly query?: z.ZodObject;
  readonly params?: z.ZodObject;
  readonly body?: { readonly type: string; readonly schema: z.ZodType };
  /** Answers without a token. */
  readonly open?: boolean;
}
