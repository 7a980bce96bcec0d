import type { ColumnOrigins } from '../../../local-api/contract/index.ts';

/** An input of a transform as OpenLineage names it, with its columns. */
export type LineageTable = { alias: string; namespace: string; name: string; columns: readonly string[] };

type Transformation = {
  type: 'DIRECT';
  subtype: 'IDENTITY' | 'TRANSFORMATION' | 'AGGREGATION';
  description?: string;
};
type InputField = { namespace: string; name: string; field: string; transformations: Transformation[] };

const subtypes = { copied: 'IDENTITY', derived: 'TRANSFORMATION', aggregated: 'AGGREGATION' } as const;

/** The fields of the column lineage facet; a column that could not be followed may come from every column of every input. */
export function columnFields(
  origins: readonly ColumnOrigins[],
  tables: readonly LineageTable[],
): Record<string, { inputFields: InputField[] }> {
  const field = (
    { namespace, name }: LineageTable,
    column: string,
    subtype: Transformation['subtype'],
    description?: string,
  ): InputField => ({
    namespace,
    name,
    field: column,
    transformations: [{ type: 'DIRECT', subtype, ...(description === undefined ? {} : { description }) }],
  });
  const everything = tables.flatMap((table) =>
    table.columns.map((column) =>
      field(table, column, 'TRANSFORMATION', 'The query could not be followed: any column may be used.'),
    ),
  );
  return Object.fromEntries(
    origins.map(({ column, isTraced, from }) => [
      column,
      {
        inputFields: isTraced
          ? from.flatMap(({ input, column: name, how }) => {
              const table = tables.find(({ alias }) => alias === input);
              return table === undefined ? [] : [field(table, name, subtypes[how])];
            })
          : everything,
      },
    ]),
  );
}
