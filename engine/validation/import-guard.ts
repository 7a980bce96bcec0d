import type { DataSchema, DataValidation, ImportResult, Job } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { CheckInput } from './check/check-input.ts';
import type { CheckOutcome } from './check/run-check.ts';
import { schemaIn } from './environments.ts';
import { nameRules } from './name-rules.ts';
import type { Parts } from './parts.ts';
import { nameOf, otherData } from './prepare-check.ts';
import { announce } from './validate-handler.ts';

/** What the rows of an import are held against, in the process that reads them. */
export type ImportCheck = Omit<CheckInput, 'files' | 'columns' | 'rows'> & { schemaVersion: number };

export type CheckedImport = CheckOutcome & { schema: DataSchema; schemaVersion: number; seconds: number };

/** Keeps rows that break the schema of their dataset from becoming a version, where the dataset asks for it. */
export type ImportGuard = {
  /** null: the rows are taken as they are, and looked at afterwards. */
  prepare(dataset: string): Promise<ImportCheck | null>;
  /**
   * Keeps the report and lets the version be entered when no rule of severity error is broken. Errors:
   * data-validations/refused with the rules that are.
   */
  enter(
    found: {
      job: Job;
      dataset: string;
      sourceName: string;
      rows: number;
      checked: CheckedImport;
      /** Of several versions that a job makes. */
      part?: string;
    },
    enter: () => Promise<ImportResult>,
  ): Promise<ImportResult>;
  /** Whether the version that is entered now has its report already. */
  isEntering(dataset: string): boolean;
};

export function createImportGuard(parts: Parts): ImportGuard {
  const { schemas, validations, data, clock, events } = parts;
  const entering = new Map<string, number>();
  return {
    isEntering: (dataset) => (entering.get(dataset) ?? 0) > 0,

    async prepare(dataset) {
      const newest = await newestOf(data, dataset);
      // A dataset without a version has no schema either.
      if (newest === null || (await schemas.settings(dataset)).onImport !== 'refuse') return null;
      const active = await schemas.find(dataset, null);
      if (active === null) return null;
      const schema = schemaIn('training', nameRules(active.schema), []);
      return {
        schema,
        schemaVersion: active.version,
        atMs: clock.nowMs(),
        previous: { rows: newest.rows, name: nameOf(newest) },
        others: await otherData(data, schema, { dataset, version: newest.version + 1 }),
      };
    },

    async enter({ job, dataset, sourceName, rows, checked, part = '' }, enter) {
      const report = {
        ...checked,
        id: `${job.id.replace(/^job_/, 'dvl_')}${part === '' ? '' : `_${part}`}`,
        dataset,
        rows,
        rules: checked.results.length,
        environment: 'training',
        trigger: 'import' as const,
        createdAtMs: clock.nowMs(),
      };
      if (checked.verdict === 'failed') {
        const refused: DataValidation = { ...report, versionId: null, version: null, dataName: sourceName };
        await validations.add(refused);
        announce(events, refused);
        throw refusal(refused);
      }
      entering.set(dataset, (entering.get(dataset) ?? 0) + 1);
      try {
        const result = await enter();
        const kept = { ...report, versionId: result.versionId, version: result.version };
        await validations.add({ ...kept, dataName: nameOf(result) });
        return result;
      } finally {
        entering.set(dataset, (entering.get(dataset) ?? 1) - 1);
      }
    },
  };
}

async function newestOf(data: DataService, dataset: string) {
  const { latest } = await data.get(dataset).catch((thrown: unknown) => {
    if (thrown instanceof AssayError && thrown.code === 'datasets/not-found') return { latest: null };
    throw thrown;
  });
  return latest;
}

function refusal({ dataName, dataset, failed, schemaVersion, id, results }: DataValidation): AssayError {
  const broken = results.filter(({ status, severity }) => status === 'failed' && severity === 'error');
  return new AssayError(
    'data-validations/refused',
    `${dataName} breaks ${failed} rules of schema ${schemaVersion} of ${dataset}; nothing was imported (check ${id})`,
    {
      problems: broken.map(({ ruleId, expected, found }) => ({ path: ruleId, message: found, expected })),
    },
  );
}
