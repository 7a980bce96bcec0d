import type { Cell, Signature } from '../../../local-api/contract/index.ts';

type Input = Signature['inputs'][number];
type Row = Record<string, Cell>;

export type Protocol = 'assay' | 'kserve' | 'mlflow';

export const protocols: readonly { id: Protocol; label: string }[] = [
  { id: 'assay', label: 'Assay' },
  { id: 'kserve', label: 'KServe v2' },
  { id: 'mlflow', label: 'MLflow' },
];

/** What is asked and of whom. `model` is `name@alias` or `name/1.2.0`, or the name of an endpoint. */
export type Prediction = {
  origin: string;
  model: string;
  isEndpoint?: boolean;
  signature: Signature;
  row: Row;
};

/** The same prediction as a request of each protocol; every snippet is made of it. */
export function requestOf(
  { origin, model, isEndpoint = false, signature, row }: Prediction,
  protocol: Protocol,
): { url: string; body: object } {
  switch (protocol) {
    case 'assay':
      if (isEndpoint)
        return {
          url: `${origin}/api/v1/endpoints/${encodeURIComponent(model)}/predict`,
          body: { rows: [row] },
        };
      return { url: `${origin}/api/v1/predictions`, body: { model, rows: [row] } };
    case 'kserve':
      return {
        url: `${origin}/v2/models/${kservePath(model)}/infer`,
        body: { inputs: signature.inputs.map((input) => tensorOf(input, row[input.name] ?? null)) },
      };
    case 'mlflow':
      return {
        url: `${origin}/endpoints/${encodeURIComponent(model)}/invocations`,
        body: {
          dataframe_split: {
            columns: signature.inputs.map(({ name }) => name),
            data: [signature.inputs.map(({ name }) => row[name] ?? null)],
          },
        },
      };
  }
}

function kservePath(model: string): string {
  const [name = '', version] = model.split('/').map(encodeURIComponent);
  return version === undefined ? name : `${name}/versions/${version}`;
}

/** One row of a column; null stands for a missing value. */
function tensorOf(input: Input, cell: Cell): object {
  return { name: input.name, datatype: datatypeOf(input, cell), shape: [1], data: [cell] };
}

/** As the model's metadata names it, and BYTES for dates written as text. */
function datatypeOf({ type, nullable }: Input, cell: Cell): string {
  if (type === 'string') return 'BYTES';
  if (type === 'date' || type === 'datetime') return typeof cell === 'number' ? 'INT64' : 'BYTES';
  if (type === 'boolean') return nullable && cell === null ? 'FP64' : 'BOOL';
  return type === 'integer' && !nullable ? 'INT64' : 'FP64';
}
