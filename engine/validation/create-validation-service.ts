import { createHash } from 'node:crypto';
import {
  type DataSchema,
  type DataSchemaVersion,
  type DatasetVersion,
  type DataValidation,
  DataValidationRequest,
  type DataValidationResult,
  dataSchemasApi,
  type InferredSchema,
} from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { withDuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobHandler, JobQueue } from '../jobs/index.ts';
import type { Store } from '../store/index.ts';
import { type Clock, localActor } from '../system/index.ts';
import { isThere } from './check/check-input.ts';
import { failingRowsOf, readFailingRows } from './check/failing-rows.ts';
import { readSchema, writeSchema } from './formats/index.ts';
import type { InferJobInput } from './infer-job.ts';
import { nameRules } from './name-rules.ts';
import { nameOf, otherData, prepareCheck, versionBefore } from './prepare-check.ts';
import { refuseFaults, schemaFaults } from './schema-faults.ts';
import { openSchemaStore, type SchemaStore } from './schema-store.ts';
import type { ValidateJobInput, ValidateJobOutput } from './validate-job.ts';
import type { ValidationService } from './validation-service.ts';
import { openValidationStore, type ValidationStore } from './validation-store.ts';

export type ValidationServiceOptions = {
  store: Store;
  jobs: JobQueue;
  events: EventBus;
  data: DataService;
  clock: Clock;
  tmpDir: string;
  /** Memory that a job process may take, in MB. */
  jobMemoryMb(): number;
};

type Parts = ValidationServiceOptions & { schemas: SchemaStore; validations: ValidationStore };

/** What DuckDB may fill for a look at a schema or a page of rows, in the process of the engine. */
const LOOK_MB = 512;
const MOST_DUCKDB_MB = 1024;

function duckDbMb(options: ValidationServiceOptions): number {
  return Math.floor(Math.min(MOST_DUCKDB_MB, options.jobMemoryMb() / 2));
}

/** Opens the checks of data and registers their jobs: call before the queue starts. */
export function createValidationService(options: ValidationServiceOptions): ValidationService {
  const { store, jobs, data, events, clock, tmpDir } = options;
  const schemas = openSchemaStore(store);
  const validations = openValidationStore(store);
  const parts = { ...options, schemas, validations };
  jobs.register(validateHandler(parts));
  jobs.register(inferHandler(options));

  const look = <T>(files: readonly string[], work: Parameters<typeof withDuckDb<T>>[1]) =>
    withDuckDb({ readable: files, folders: [tmpDir], memoryMb: LOOK_MB }, work);

  const faultsOf = async (schema: DataSchema, versionId: string | undefined) => {
    const columns = versionId === undefined ? null : (await data.getVersion(versionId)).columns;
    return look([], (db) => schemaFaults(db, schema, columns));
  };
  const found = async (dataset: string, version: string | null): Promise<DataSchemaVersion> => {
    const number = version === null ? null : /^[1-9]\d{0,8}$/.test(version) ? Number(version) : 0;
    const schema = await schemas.find(dataset, number);
    if (schema !== null) return schema;
    const what = version === null ? 'no active schema' : `no version ${version} of its schema`;
    throw new AssayError('data-schemas/not-found', `${dataset} has ${what}`);
  };
  const changed = (dataset: string, version: number | null, text: string) =>
    events.emit(
      { type: 'data-schema.changed', data: { dataset, version } },
      { text, link: validationLink(dataset) },
    );

  return {
    listSchemas: (dataset) => schemas.list(dataset),
    findActive: (dataset) => schemas.find(dataset, null),
    getSchema: found,

    async saveSchema(dataset, { schema: given, note, origin, activate }) {
      const active = await schemas.find(dataset, null);
      const schema = nameRules(given);
      refuseFaults(await faultsOf(schema, undefined));
      if (active !== null && activate && JSON.stringify(active.schema) === JSON.stringify(schema))
        return active;
      const added = await schemas.add(dataset, {
        schema,
        note,
        author: localActor(),
        origin,
        activate,
        atMs: clock.nowMs(),
      });
      changed(dataset, added.version, `Schema ${added.version} of ${dataset} was saved`);
      return added;
    },

    async activateSchema(dataset, version) {
      const schema = await found(dataset, version);
      await schemas.activate(dataset, schema.version);
      changed(dataset, schema.version, `Schema ${schema.version} of ${dataset} is the active one`);
      return { ...schema, isActive: true };
    },

    async deleteSchema(dataset, version) {
      const schema = await found(dataset, version);
      await schemas.remove(dataset, schema.version);
      changed(dataset, null, `Schema ${schema.version} of ${dataset} was deleted`);
    },

    async infer(request, parentJobId = null) {
      const version = await data.getVersion(request.versionId);
      return jobs.submit({
        kind: 'infer-schema',
        title: `Propose a schema from ${nameOf(version)}`,
        input: request,
        parentId: parentJobId,
        dedupKey: `infer-schema:${request.versionId}:${request.target ?? ''}`,
      });
    },

    checkSchema: ({ schema, versionId }) => faultsOf(schema, versionId),

    async exportSchema({ format, dataset, version }) {
      const { schema } = await found(dataset, version === undefined ? null : String(version));
      const fileName = `${dataset}.${format}.json`;
      return { format, fileName, ...writeSchema(format, schema, dataset) };
    },
    importSchema: ({ document, format }) => readSchema(document, format),

    settings: (dataset) => schemas.settings(dataset),
    async changeSettings(dataset, change) {
      const before = await schemas.settings(dataset);
      const after = {
        onImport: change.onImport ?? before.onImport,
        onTraining: change.onTraining ?? before.onTraining,
      };
      await schemas.setSettings(dataset, after);
      changed(dataset, null, `The checks of ${dataset} were changed`);
      return after;
    },

    async start(request, parentJobId = null) {
      const asked = DataValidationRequest.parse(request);
      const version = await data.getVersion(asked.versionId);
      const { schemaVersion } = await schemaOf(parts, version, asked);
      // Another may be active by the time that the job runs.
      const input = schemaVersion === null ? asked : { ...asked, schemaVersion };
      const key = createHash('sha256').update(JSON.stringify(input)).digest('hex');
      return jobs.submit({
        kind: 'validate',
        title: `Check ${nameOf(version)}`,
        input,
        parentId: parentJobId,
        dedupKey: `validate:${key}`,
      });
    },

    list: (query) => validations.list(query),
    get: (validationId) => validations.get(validationId),
    newest: (versionId) => validations.newest(versionId),

    async failingRows(validationId, ruleId, page) {
      const { results, schema, versionId } = await validations.get(validationId);
      const result = results.find((one) => one.ruleId === ruleId);
      if (result === undefined)
        throw new AssayError('data-validations/no-rows', `The check has no rule "${ruleId}"`);
      if (versionId === null || !result.hasRows)
        throw new AssayError('data-validations/no-rows', `There are no rows to show of "${ruleId}"`);
      const version = await data.getVersion(versionId);
      const files = await data.snapshotFiles(versionId);
      const told = { files, columns: version.columns, schema, others: await otherData(data, schema) };
      const failing = failingRowsOf(ruleId, told);
      if (failing === null)
        throw new AssayError('data-validations/no-rows', `There are no rows to show of "${ruleId}"`);
      const others = Object.values(told.others).flatMap((other) => (isThere(other) ? other.files : []));
      const read = await look([...files, ...others], (db) =>
        readFailingRows(db, failing, told, { ...page, only: false }),
      );
      return { ...read, offset: page.offset, total: result.broken };
    },

    async delete(validationId) {
      const gone = await validations.remove(validationId);
      const { dataset, versionId, verdict } = gone;
      events.emit({
        type: 'data-validation.changed',
        data: { validationId, dataset, versionId, verdict, change: 'deleted' },
      });
    },
  };
}

function validationLink(dataset: string): string {
  return `/datasets/${encodeURIComponent(dataset)}?tab=validation`;
}

/** The schema that a check goes by. Errors: data-schemas/not-found, data-schemas/invalid. */
async function schemaOf(
  { schemas, tmpDir }: Pick<Parts, 'schemas' | 'tmpDir'>,
  version: DatasetVersion,
  request: DataValidationRequest,
): Promise<{ schema: DataSchema; schemaVersion: number | null }> {
  if (request.schema !== undefined) {
    const schema = nameRules(request.schema);
    // By its own columns: that the data lack one is for the check to say.
    refuseFaults(
      await withDuckDb({ readable: [], folders: [tmpDir], memoryMb: LOOK_MB }, (db) =>
        schemaFaults(db, schema, null),
      ),
    );
    return { schema, schemaVersion: null };
  }
  const saved = await schemas.find(version.dataset, request.schemaVersion ?? null);
  if (saved === null) {
    const what =
      request.schemaVersion === undefined ? 'no active schema' : `no schema ${request.schemaVersion}`;
    throw new AssayError('data-schemas/not-found', `${version.dataset} has ${what}`);
  }
  return { schema: saved.schema, schemaVersion: saved.version };
}

function validateHandler(parts: Parts): JobHandler<unknown, ValidateJobOutput> {
  const { data, validations, events, clock } = parts;
  return {
    kind: 'validate',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input): Promise<ValidateJobInput> {
      const request = DataValidationRequest.parse(input);
      const version = await data.getVersion(request.versionId);
      const { schema } = await schemaOf(parts, version, request);
      const check = await prepareCheck(data, version, schema);
      return { check, name: nameOf(version), memoryMb: duckDbMb(parts) };
    },
    async onSuccess(output, job): Promise<DataValidationResult> {
      const request = DataValidationRequest.parse(job.input);
      const version = await data.getVersion(request.versionId);
      const { schema, schemaVersion } = await schemaOf(parts, version, request);
      const validation: DataValidation = {
        id: job.id.replace(/^job_/, 'dvl_'),
        dataset: version.dataset,
        versionId: version.id,
        version: version.version,
        dataName: nameOf(version),
        schemaVersion,
        rows: version.rows,
        rules: output.results.length,
        trigger: 'asked',
        schema,
        createdAtMs: clock.nowMs(),
        ...output,
      };
      await validations.add(validation);
      announce(events, validation);
      return { validationId: validation.id, verdict: validation.verdict };
    },
  };
}

function announce(
  events: EventBus,
  { id, dataset, versionId, dataName, verdict, failed, warned }: DataValidation,
) {
  const text = {
    passed: `${dataName} keeps its schema`,
    warned: `${dataName} passes its schema with ${warned} warnings`,
    failed: `${dataName} breaks ${failed} rules of its schema`,
  }[verdict];
  events.emit(
    {
      type: 'data-validation.changed',
      data: { validationId: id, dataset, versionId, verdict, change: 'created' },
    },
    { text, link: validationLink(dataset) },
  );
}

function inferHandler(options: ValidationServiceOptions): JobHandler<unknown, InferredSchema> {
  const { data } = options;
  return {
    kind: 'infer-schema',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input): Promise<InferJobInput> {
      const { versionId, target } = dataSchemasApi.infer.body.parse(input);
      const version = await data.getVersion(versionId);
      const before = await versionBefore(data, version);
      return {
        versionId,
        name: nameOf(version),
        files: await data.snapshotFiles(versionId),
        columns: version.columns,
        rows: version.rows,
        target: target ?? null,
        previousRows: before?.rows ?? null,
        memoryMb: duckDbMb(options),
      };
    },
    onSuccess: async (output) => output,
  };
}
