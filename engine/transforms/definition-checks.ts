import type { ColumnOrigins, TransformCheck, TransformDefinition } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { quoteIdentifier } from '../duckdb/index.ts';
import { columnOrigins } from './origins/column-origins.ts';
import { type InputTable, planTransform, readDefinition, type TransformPlan } from './plan-transform.ts';
import type { Previewer } from './preview-rows.ts';
import { type ResolvedInputs, resolveInputs } from './resolve-inputs.ts';
import { emptyTable } from './step-columns.ts';

export type DefinitionChecks = {
  plan(definition: TransformDefinition, inputs: ResolvedInputs): Promise<TransformPlan>;
  check(sent: unknown): Promise<TransformCheck>;
  /** Where the columns come from that a definition without faults makes of these inputs. */
  origins(definition: TransformDefinition, versions: ResolvedInputs['versions']): Promise<ColumnOrigins[]>;
};

/** Checks of definitions against the columns of their inputs; no row is read. */
export function createDefinitionChecks({
  data,
  previewer,
}: {
  data: DataService;
  previewer: Pick<Previewer, 'db'>;
}): DefinitionChecks {
  const plan: DefinitionChecks['plan'] = async (definition, { versions, problems }) => {
    const tables = new Map(
      [...versions].map(([alias, { columns }]): [string, InputTable] => [
        alias,
        { columns, from: emptyTable(columns, quoteIdentifier) },
      ]),
    );
    // Without an input what it would give is not known.
    if (problems.length > 0)
      return { problems, steps: [], columns: [], sql: null, select: null, outputs: [] };
    return planTransform(await previewer.db(), definition, tables);
  };

  const originsOf = async (
    { sql, columns }: TransformPlan,
    versions: ResolvedInputs['versions'],
  ): Promise<ColumnOrigins[]> =>
    sql === null ? [] : columnOrigins(await previewer.db(), sql, versions, columns);

  return {
    plan,
    async check(sent) {
      const read = readDefinition(sent);
      if ('problems' in read)
        return { problems: read.problems, steps: [], columns: [], origins: [], sql: null, outputs: [] };
      const inputs = await resolveInputs(data, read.definition);
      const made = await plan(read.definition, inputs);
      const { problems, steps, columns, sql, outputs } = made;
      return {
        problems,
        steps,
        columns,
        origins: await originsOf(made, inputs.versions),
        sql,
        outputs: outputs.map(({ part, dataset }) => ({ part, dataset })),
      };
    },
    origins: async (definition, versions) =>
      originsOf(await plan(definition, { versions, problems: [] }), versions),
  };
}
