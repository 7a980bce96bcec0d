import type { ColumnOrigins } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { DefinitionChecks } from './definition-checks.ts';
import { definitionOf, type TransformBook, toRun } from './transform-book.ts';

/** How many runs are remembered: what a run has made never changes. */
const REMEMBERED = 500;

/** Where the columns come from that a run has made; null when the transform or an input of it is gone. */
export function createRunOrigins({
  book,
  checks,
  data,
}: {
  book: TransformBook;
  checks: DefinitionChecks;
  data: Pick<DataService, 'getVersion'>;
}): (runId: string) => Promise<ColumnOrigins[] | null> {
  const known = new Map<string, ColumnOrigins[]>();
  return async (runId) => {
    const before = known.get(runId);
    if (before !== undefined) return before;
    try {
      const run = await book.runRow(runId);
      const row = await book.byPk(run.transform_pk);
      const versions = new Map(
        await Promise.all(
          toRun(run, row).inputs.map(
            async ({ alias, versionId }) => [alias, await data.getVersion(versionId)] as const,
          ),
        ),
      );
      const origins = await checks.origins(definitionOf(await book.versionRow(row, run.version)), versions);
      known.set(runId, origins);
      const [oldest] = known.keys();
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
      return origins;
    } catch (thrown) {
      if (thrown instanceof AssayError) return null;
      throw thrown;
    }
  };
}
