import type { BadRow } from '../../../local-api/contract/index.ts';

/** Where a bad row stands: "b.csv, line 12". */
export function placeOf({ file, line }: BadRow): string {
  return [file, line === null ? undefined : `line ${line}`].filter((part) => part !== undefined).join(', ');
}
