import { outputNames, probabilityColumns } from '../../../engine/onnx/index.ts';
import type { Scored } from '../../../engine/serving/index.ts';

/**
 * The answers as the records of the data frame that `mlflow.pyfunc` gives for an exported model: one column an output,
 * and one a class for the probabilities.
 */
export function records({ signature, rows, label, probabilities, value }: Scored): Record<string, unknown>[] {
  const names = outputNames(signature.inputs);
  if (signature.classes === null)
    return Array.from({ length: rows }, (_, row) => ({ [names.value]: value?.[row] }));
  const columns = probabilityColumns(signature);
  return Array.from({ length: rows }, (_, row) => {
    const record: Record<string, unknown> = { [names.label]: label?.[row] };
    for (const [index, column] of columns.entries()) record[column] = probabilities?.[row]?.[index];
    return record;
  });
}
