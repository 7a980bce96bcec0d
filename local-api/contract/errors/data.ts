import { errors } from './error-entry.ts';

/** Data: where it comes from, its versions, what is made of it and what it must keep. */
export const dataErrors = errors({
  'datasets/not-found': {
    status: 404,
    title: 'There is no such dataset',
    hint: 'GET /api/v1/datasets lists them.',
  },
  'datasets/column-not-found': {
    status: 404,
    title: 'The version has no such column',
    hint: 'Write the name as the list of columns has it, capitals and spaces included.',
  },
  'datasets/not-profiled': {
    status: 404,
    title: 'The profile has not been computed yet',
    hint: 'POST to /api/v1/dataset-versions/{versionId}/profile first and wait for the job.',
  },
  'datasets/version-not-found': {
    status: 404,
    title: 'There is no such dataset version',
    hint: 'GET /api/v1/datasets/{name}/versions lists them.',
  },
  'datasets/unreadable': {
    status: 422,
    title: 'The data could not be read',
    hint: 'See "detail" for the line; correct the file, or the delimiter, quote or column types in the import.',
  },
  'datasets/empty': {
    status: 422,
    title: 'The data has no rows',
    hint: 'Check the file, and the filter given to the import.',
  },
  'datasets/unsupported-format': {
    status: 422,
    title: 'This file format is not known',
    hint: 'Use CSV, TSV, JSON, JSONL or Parquet, or name the format in the import.',
  },
  'datasets/source-not-found': {
    status: 404,
    title: 'The file to import is not there',
    hint: 'Check the path (it is read on the machine that runs the engine), or upload the file first.',
  },
  'datasets/bad-expression': {
    status: 400,
    title: 'The expression is not valid SQL over these columns',
    hint: 'Use column names of the dataset and DuckDB SQL functions, for example: delay > 15',
  },
  'datasets/alias-not-found': {
    status: 404,
    title: 'No version of this dataset has that name',
    hint: 'See the names with GET /api/v1/datasets/{dataset}/versions.',
  },
  'datasets/diff-not-found': {
    status: 404,
    title: 'There is no such comparison of versions',
    hint: 'Compare them again: POST /api/v1/dataset-versions/{versionId}/diff.',
  },
  'datasets/export-does-not-fit': {
    status: 422,
    title: 'The format cannot hold these rows',
    hint: 'Write fewer rows or columns (a condition, a choice of columns), or another format: CSV, Parquet and Arrow have no such limit.',
  },
  'datasets/export-not-found': {
    status: 404,
    title: 'There is no such file of rows',
    hint: 'Files are kept for some hours: export the rows again.',
  },
  'datasets/in-use': {
    status: 409,
    title: 'Runs or models refer to this dataset version',
    hint: 'Delete those first, or keep it: lineage would break.',
  },
  'lineage/no-such-node': {
    status: 404,
    title: 'There is nothing of that name in the lineage',
    hint: 'Name a dataset version (flights@3), or kind:id as in run:…, model:name@1.2.0, endpoint:name.',
  },
  'lineage/no-such-column': {
    status: 404,
    title: 'The dataset version has no column of that name',
    hint: 'Names of columns are listed at GET /api/v1/dataset-versions/{versionId}.',
  },
  'transforms/not-found': {
    status: 404,
    title: 'There is no such transform',
    hint: 'GET /api/v1/transforms lists them.',
  },
  'transforms/version-not-found': {
    status: 404,
    title: 'The transform has no such version',
    hint: 'GET /api/v1/transforms/{transform}/versions lists them.',
  },
  'transforms/run-not-found': {
    status: 404,
    title: 'There is no such run of a transform',
    hint: 'GET /api/v1/transforms/{transform}/runs lists them.',
  },
  'transforms/bad-definition': {
    status: 422,
    title: 'The definition of the transform has faults',
    hint: 'Correct each entry listed under "problems"; POST /api/v1/transforms/check tells them without saving.',
  },
  'transforms/cycle': {
    status: 409,
    title: 'The transform would feed itself',
    hint: 'Write to another dataset, or fix the version of the input.',
  },
  'transforms/output-taken': {
    status: 409,
    title: 'Another transform writes this dataset',
    hint: 'Give the output another name, or change the other transform.',
  },
  'data-schemas/not-found': {
    status: 404,
    title: 'There is no such schema',
    hint: 'GET /api/v1/datasets/{dataset}/schemas lists those of a dataset; "assay schema infer" proposes one.',
  },
  'data-schemas/invalid': {
    status: 422,
    title: 'The schema cannot be checked as it is',
    hint: 'Correct each entry listed under "problems".',
  },
  'data-schemas/unreadable': {
    status: 422,
    title: 'The document is no schema that Assay knows',
    hint: 'Send a JSON Schema of objects, a Frictionless Table Schema or a schema of Assay.',
  },
  'data-validations/not-found': {
    status: 404,
    title: 'There is no such check of data',
    hint: 'GET /api/v1/data-validations lists them.',
  },
  'data-validations/no-rows': {
    status: 422,
    title: 'There are no rows to show of this rule',
    hint: 'Rules about counts and figures have none, and a refused import kept only the rows in its report.',
  },
  'data-validations/refused': {
    status: 422,
    title: 'The rows break the schema of the dataset, so nothing was imported',
    hint: 'The report lists the rows. Correct the file or the schema, or let imports go through: "onImport": "report".',
  },
  'data-validations/not-passed': {
    status: 409,
    title: 'The data have not passed the check that trainings on them ask for',
    hint: 'Check the version (POST /api/v1/data-validations) and correct what fails, or set "onTraining" to "warn".',
  },
  'connections/not-found': {
    status: 404,
    title: 'There is no such connection',
    hint: 'GET /api/v1/connections lists them; "assay connections add" sets one up.',
  },
  'connections/name-taken': {
    status: 409,
    title: 'There is a connection of this name already',
    hint: 'Change that one, or choose another name.',
  },
  'connections/unknown-kind': {
    status: 422,
    title: 'There is no such kind of connection',
    hint: 'GET /api/v1/connection-kinds lists them.',
  },
  'connections/bad-config': {
    status: 422,
    title: 'The settings of the connection are not valid',
    hint: 'Correct each entry listed under "problems"; GET /api/v1/connection-kinds has the schema.',
  },
  'dvc/bad-file': {
    status: 422,
    title: 'A file of DVC cannot be used',
    hint: 'Correct each entry listed under "problems", or let DVC write the file again.',
  },
  'dvc/content-missing': {
    status: 404,
    title: 'The content that DVC names is nowhere',
    hint: 'Bring it here with "dvc pull", or name the remote that has it.',
  },
  'dvc/mismatch': {
    status: 422,
    title: 'There is other content than DVC names',
    hint: 'See "problems" for what was found where. "dvc checkout" restores a file from the cache, "dvc add" takes it as it is now.',
  },
  'dvc/not-a-repository': {
    status: 422,
    title: 'The folder is no repository of DVC',
    hint: 'Make it one with "dvc init".',
  },
  'dvc/would-overwrite': {
    status: 409,
    title: 'A file is there that DVC would lose',
    hint: 'Commit it with DVC first, choose another name, or export with force.',
  },
  'sources/unreachable': {
    status: 503,
    title: 'The source cannot be reached',
    hint: 'Test the connection: it says where the way ends.',
  },
  'sources/unauthorized': {
    status: 422,
    title: 'The source refuses the credentials',
    hint: 'Enter them again in the connection, and check that they may read there.',
  },
  'sources/refused': {
    status: 422,
    title: 'The source refused the request',
    hint: 'See "detail" for its answer.',
  },
});
