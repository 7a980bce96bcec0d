import { AssayError } from '../errors.ts';
import type { DescribedVersion } from './formats/croissant.ts';
import type { Parts } from './parts.ts';

/**
 * A version of a dataset with a version of its schema, each the newest or active one unless named. Errors: datasets/not-found,
 * datasets/version-not-found, data-schemas/not-found.
 */
export async function describeVersion(
  { data, schemas }: Pick<Parts, 'data' | 'schemas'>,
  dataset: string,
  schemaVersion: number | undefined,
  dataVersion: number | undefined,
): Promise<DescribedVersion> {
  const { description, tags } = await data.get(dataset);
  const { items } = await data.listVersions(dataset, {
    ...(dataVersion === undefined ? {} : { filter: `version = ${dataVersion}` }),
    sort: '-version',
    limit: 1,
  });
  const [version] = items;
  if (version === undefined)
    throw new AssayError(
      'datasets/version-not-found',
      `There is no version ${dataVersion ?? 1} of ${dataset}`,
    );
  const schema = await schemas.find(dataset, schemaVersion ?? null);
  if (schema === null && schemaVersion !== undefined)
    throw new AssayError(
      'data-schemas/not-found',
      `${dataset} has no version ${schemaVersion} of its schema`,
    );
  return {
    dataset,
    description,
    tags: Object.entries(tags).map(([key, value]) => (value === '' ? key : `${key}: ${value}`)),
    version: version.version,
    rows: version.rows,
    columns: version.columns,
    createdAtMs: version.createdAtMs,
    schema: schema?.schema ?? null,
  };
}
