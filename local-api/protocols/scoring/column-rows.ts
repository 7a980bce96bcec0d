import { encodeRequest } from '../../../engine/serving/index.ts';
import type { AskedRows } from './models.ts';

/** Rows that a protocol reads as columns first. Columns that a model does not know are dropped. */
export function columnRows(columns: AskedRows['columns']): AskedRows {
  return {
    columns,
    encode: async (signature) => encodeRequest(signature, { columns: await columns(signature) }),
  };
}
