import { z } from 'zod';

/** The column types of Assay. Integers keep 64 bits in the snapshot; a datetime is UTC with microseconds. */
export const ColumnType = z.enum(['integer', 'float', 'boolean', 'string', 'datetime', 'date']);
export type ColumnType = z.infer<typeof ColumnType>;

export const Column = z.object({ name: z.string().min(1), type: ColumnType, nullable: z.boolean() });
export type Column = z.infer<typeof Column>;

/** A value of a cell on the wire: 64-bit integers outside the safe range and all datetimes (ISO 8601) travel as strings. */
export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof Cell>;
