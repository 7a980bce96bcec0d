export type ErrorEntry = { status: number; title: string; hint: string };

/** A part of the table of errors, as it is written. */
export function errors<const T extends Record<string, ErrorEntry>>(table: T): T {
  return table;
}
