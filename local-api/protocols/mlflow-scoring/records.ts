import { setImmediate } from 'node:timers/promises';
import { outputNames, probabilityColumns } from '../../../engine/onnx/index.ts';
import type { Scored } from '../../../engine/serving/index.ts';
import type { WireAnswer } from '../scoring/wire.ts';

/** Rows that are written between two chances for others to run: a few milliseconds. */
const rowsPerTurn = 5000;

/**
 * `{"predictions": …}` with the answers as the records of the data frame that `mlflow.pyfunc` gives for an exported model: one
 * column an output, and one a class for the probabilities.
 *
 * Written as text at once: an object a row only to have it written would take as long as a small model. Others may run in between.
 */
export async function predictionRecords(scored: Scored): Promise<WireAnswer> {
  const record = scored.signature.classes === null ? valueRecord(scored) : classRecord(scored);
  let text = '';
  for (let row = 0; row < scored.rows; row += 1) {
    if (row % rowsPerTurn === rowsPerTurn - 1) await setImmediate();
    text += row === 0 ? record(row) : `,${record(row)}`;
  }
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: `{"predictions":[${text}]}`,
  };
}

function valueRecord({ signature, value }: Scored): (row: number) => string {
  const key = JSON.stringify(outputNames(signature.inputs).value);
  return (row) => `{${key}:${numberText(value?.[row])}}`;
}

function classRecord({ signature, label, probabilities }: Scored): (row: number) => string {
  const key = JSON.stringify(outputNames(signature.inputs).label);
  const columns = probabilityColumns(signature).map((column) => JSON.stringify(column));
  return (row) => {
    const shares = probabilities?.[row];
    let text = `{${key}:${JSON.stringify(label?.[row])}`;
    for (let index = 0; index < columns.length; index += 1)
      text += `,${columns[index]}:${numberText(shares?.[index])}`;
    return `${text}}`;
  };
}

/** As JSON.stringify writes a number. */
function numberText(value: number | undefined): string {
  return Number.isFinite(value) ? String(value) : 'null';
}
