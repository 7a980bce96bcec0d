import type { DataEnvironment, DataSchema, SchemaColumn } from '../../local-api/contract/index.ts';

/**
 * The schema as it is in an environment: rules of others are gone, and columns of others need not be there. `targets` are what
 * models predict: in serving nobody has to know them, unless the schema says so.
 */
export function schemaIn(
  environment: DataEnvironment,
  schema: DataSchema,
  targets: readonly string[],
): DataSchema {
  const holds = ({ environments }: { environments?: string[] | undefined }): boolean =>
    environments === undefined || environments.includes(environment);
  const isRequired = (column: SchemaColumn): boolean =>
    column.environments === undefined
      ? column.required && !(environment === 'serving' && targets.includes(column.name))
      : column.required && column.environments.includes(environment);
  return {
    ...schema,
    columns: schema.columns.map((column) => ({
      ...column,
      required: isRequired(column),
      rules: column.rules.filter(holds),
    })),
    rows: schema.rows.filter(holds),
  };
}
