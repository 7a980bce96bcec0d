import { z } from 'zod';

/** Milliseconds since the Unix epoch, UTC. */
export const TimestampMs = z.int().describe('Milliseconds since the Unix epoch, UTC');

/** SHA-256 of the content, as `sha256:` and 64 lower-case hexadecimal digits. */
export const Digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .describe('SHA-256 of the content: "sha256:" and 64 hexadecimal digits');

export const Tags = z.record(z.string().min(1).max(250), z.string().max(8000));
export type Tags = z.infer<typeof Tags>;

/** A number that may be one of the three JSON has no word for; those travel as strings. */
export const RealNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
export type RealNumber = z.infer<typeof RealNumber>;

/** What every listing takes. `filter` is the one filter language of docs/reference/filter-language.md. */
export const ListQuery = z.object({
  filter: z
    .string()
    .max(20_000)
    .optional()
    .describe(
      "Conditions, and optionally an order: metrics.auc > 0.8 and tags.team like 'a%' order by metrics.auc desc",
    ),
  sort: z
    .string()
    .max(1000)
    .optional()
    .describe(
      'Fields separated by commas, "-" before one for descending: -metrics.auc,name. Wins over "order by".',
    ),
  fields: z
    .string()
    .max(20_000)
    .optional()
    .describe(
      'Only these fields, separated by commas: name,metrics.auc,params.trainer. The id is always there.',
    ),
  limit: z.coerce.number().int().min(1).max(1000).default(50).describe('At most this many items'),
  cursor: z.string().max(4000).optional().describe('nextCursor of the page before'),
});
export type ListQuery = z.infer<typeof ListQuery>;

/** One page of a listing. `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
export type Page<T> = { items: T[]; nextCursor: string | null };

export const Count = z.object({ count: z.int() });

/** One fault in what was sent: where (JSON pointer or a name), what is wrong, and what was expected. */
export const Problem = z.object({
  path: z
    .string()
    .describe('JSON pointer into the body, or query/param name; for a filter the offset of the fault'),
  message: z.string(),
  expected: z.string().optional(),
  at: z
    .object({ line: z.int(), column: z.int(), offset: z.int() })
    .optional()
    .describe('Where in a text such as SQL: line and column from 1, offset in UTF-16 units from 0'),
});
export type Problem = z.infer<typeof Problem>;

/** RFC 9457 problem details, as every error answers. */
export const ProblemDetails = z
  .object({
    type: z.string().describe('A link to the documentation of the code'),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    hint: z.string(),
    instance: z.string(),
    requestId: z.string(),
    problems: z.array(Problem).optional(),
  })
  .meta({ id: 'ProblemDetails' });
export type ProblemDetails = z.infer<typeof ProblemDetails>;
