import type {
  Cell,
  ExplainRowsRequest,
  RowExplanation,
  RowExplanations,
  Signature,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { encodeRequest } from '../serving/index.ts';
import type { FoundModel } from './explained-model.ts';
import type { Contributions } from './model/explainer.ts';
import { cellOf, type RowSet } from './model/row-set.ts';
import type { OpenedModel } from './row-explainers.ts';

/** Explains the rows of a request. Errors: `predictions/bad-rows`, `request/invalid` for a class that the model does not know. */
export async function explainRows(
  { subject, signature }: FoundModel,
  { explainer, reference }: OpenedModel,
  request: ExplainRowsRequest,
  signal?: AbortSignal,
): Promise<RowExplanations> {
  const started = performance.now();
  const wanted = outputAsked(signature, request.output);
  const encoded = await encodeRequest(signature, { rows: request.rows });
  const rows: RowSet = { n: encoded.rows, feeds: encoded.feeds };
  const callsBefore = explainer.scorer.calls();
  const answers = await explainer.scorer.answers(rows);
  const { method, scale, tolerance, seed } = request;
  const made = await explainer.explain(rows, {
    ...{ method, scale, sampling: { tolerance, seed } },
    ...(signal === undefined ? {} : { signal }),
  });
  return {
    subject,
    method: made.method,
    scale: made.scale,
    reference,
    rows: Array.from({ length: rows.n }, (_, row) =>
      rowExplanation({ signature, rows, row, answers, made, wanted }),
    ),
    modelCalls: explainer.scorer.calls() - callsBefore,
    milliseconds: performance.now() - started,
    notes: made.notes,
  };
}

function outputAsked({ classes }: Signature, output: string | undefined): number | null {
  if (output === undefined) return null;
  const index = classes?.indexOf(output) ?? -1;
  if (index >= 0) return index;
  const message = classes === null ? 'the model predicts a number' : `the model knows no class "${output}"`;
  throw new AssayError('request/invalid', message, {
    problems: [{ path: '/output', message, ...(classes === null ? {} : { expected: classes.join(', ') }) }],
  });
}

type RowOptions = {
  signature: Signature;
  rows: RowSet;
  row: number;
  answers: Float64Array;
  made: Contributions;
  /** Index of the class; null: the one that is answered. */
  wanted: number | null;
};

function rowExplanation({ signature, rows, row, answers, made, wanted }: RowOptions): RowExplanation {
  const { outputs, values, standardErrors, base, predictions, isConverged } = made;
  const own = answers.subarray(row * outputs, (row + 1) * outputs);
  const output = wanted ?? own.indexOf(Math.max(...own));
  return {
    output: signature.classes?.[output] ?? null,
    answer: own[output] as number,
    base: base[output] as number,
    prediction: predictions[row * outputs + output] as number,
    features: signature.inputs.map((input, p) => {
      const at = (row * signature.inputs.length + p) * outputs + output;
      const value: Cell = cellOf(input, rows.feeds[input.name], row);
      return {
        name: input.name,
        value,
        contribution: values[at] as number,
        standardError: standardErrors?.[at] ?? null,
      };
    }),
    isConverged: isConverged[row] ?? true,
  };
}
