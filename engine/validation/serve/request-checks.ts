import type {
  DataSchemaVersion,
  EndpointPredictRequest,
  RequestValidation,
  Signature,
} from '../../../local-api/contract/index.ts';
import { withDuckDb } from '../../duckdb/index.ts';
import { AssayError } from '../../errors.ts';
import { LOOK_MB, type Parts } from '../parts.ts';
import { type CheckedRows, checkRows } from './check-rows.ts';
import { type CheckedRule, type CompiledChecks, compileChecks } from './compile-checks.ts';

/** What answers at an endpoint, as far as its schema is concerned. */
export type TrainedModel = {
  name: string;
  signature: Signature;
  datasetVersionId: string | null;
  createdAtMs: number;
};

/** The rules that requests of an endpoint are held against. */
export type PreparedChecks = {
  schema: { dataset: string; version: number };
  why: string;
  rules: readonly CheckedRule[];
  leftOut: CompiledChecks['leftOut'];
  check(request: EndpointPredictRequest): Promise<CheckedRows>;
};

/**
 * Finds the schema for the requests of a model and compiles it. Errors: endpoints/no-schema, datasets/not-found,
 * data-schemas/not-found.
 */
export async function prepareChecks(
  parts: Pick<Parts, 'schemas' | 'validations' | 'data' | 'tmpDir'>,
  model: TrainedModel,
  asked: RequestValidation['schema'],
): Promise<PreparedChecks> {
  const { schema, why } =
    asked === null ? await schemaOfTraining(parts, model) : await chosenSchema(parts, asked);
  const compiled = await withDuckDb({ readable: [], folders: [parts.tmpDir], memoryMb: LOOK_MB }, (db) =>
    compileChecks(db, schema.schema, model.signature),
  );
  return {
    schema: { dataset: schema.dataset, version: schema.version },
    why,
    rules: compiled.rules,
    leftOut: compiled.leftOut,
    check: (request) => checkRows(compiled, request),
  };
}

type Found = { schema: DataSchemaVersion; why: string };

async function chosenSchema(
  { schemas }: Pick<Parts, 'schemas'>,
  { dataset, version }: NonNullable<RequestValidation['schema']>,
): Promise<Found> {
  const schema = await schemas.find(dataset, version ?? null);
  if (schema !== null)
    return { schema, why: version === undefined ? `the active schema of ${dataset}` : 'chosen' };
  const what = version === undefined ? 'no active schema' : `no version ${version} of its schema`;
  throw new AssayError('endpoints/no-schema', `${dataset} has ${what}.`);
}

/**
 * The schema that the data of the training were checked by, or else the newest one that was there then, or else the active one:
 * it came after the training.
 */
async function schemaOfTraining(
  { schemas, validations, data }: Pick<Parts, 'schemas' | 'validations' | 'data'>,
  { name, datasetVersionId, createdAtMs }: TrainedModel,
): Promise<Found> {
  if (datasetVersionId === null)
    throw new AssayError('endpoints/no-schema', `${name} does not say which dataset it was trained on.`);
  const { dataset } = await data.getVersion(datasetVersionId).catch((thrown: unknown) => {
    throw new AssayError('endpoints/no-schema', `The dataset that ${name} was trained on is gone.`, {
      cause: thrown,
    });
  });
  const checkedBy = await validations.schemaBefore(datasetVersionId, createdAtMs);
  const then = (await schemas.list(dataset)).find((row) => row.createdAtMs <= createdAtMs);
  const known = [
    { version: checkedBy, why: `${name} was trained on data that were checked by it` },
    { version: then?.version ?? null, why: `the newest one when ${name} was made` },
  ];
  for (const { version, why } of known) {
    const schema = version === null ? null : await schemas.find(dataset, version);
    if (schema !== null) return { schema, why };
  }
  const active = await schemas.find(dataset, null);
  if (active !== null) return { schema: active, why: `the active one: there was none when ${name} was made` };
  throw new AssayError('endpoints/no-schema', `${dataset}, which ${name} was trained on, has no schema.`);
}
