import { createHash } from 'node:crypto';
import {
  type DataSchema,
  type DataSchemaVersion,
  DataValidationRequest,
} from '../../local-api/contract/index.ts';
import { withDuckDb } from '../duckdb/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { localActor } from '../system/index.ts';
import { isThere } from './check/check-input.ts';
import { failingRowsOf, readFailingRows } from './check/failing-rows.ts';
import { describeVersion } from './describe-version.ts';
import { toCroissant } from './formats/croissant.ts';
import { readSchema, writeSchema } from './formats/index.ts';
import { createImportGuard } from './import-guard.ts';
import { inferHandler } from './infer-handler.ts';
import { nameRules } from './name-rules.ts';
import { LOOK_MB, type ValidationServiceOptions, validationLink } from './parts.ts';
import { nameOf, otherData } from './prepare-check.ts';
import { refuseFaults, schemaFaults } from './schema-faults.ts';
import { openSchemaStore } from './schema-store.ts';
import { prepareChecks } from './serve/request-checks.ts';
import { type CheckWork, schemaOf, validateHandler } from './validate-handler.ts';
import type { ValidationService } from './validation-service.ts';
import { openValidationStore } from './validation-store.ts';
import { vet } from './vet.ts';

/** Opens the checks of data and registers their jobs: call before the queue starts. */
export function createValidationService(options: ValidationServiceOptions): ValidationService {
  const { store, jobs, data, events, clock, tmpDir, logger } = options;
  const schemas = openSchemaStore(store);
  const validations = openValidationStore(store);
  const parts = { ...options, schemas, validations };
  jobs.register(validateHandler(parts));
  jobs.register(inferHandler(options));
  const guard = createImportGuard(parts);

  const look = <T>(files: readonly string[], work: Parameters<typeof withDuckDb<T>>[1]) =>
    withDuckDb({ readable: files, folders: [tmpDir], memoryMb: LOOK_MB }, work);

  const faultsOf = async (schema: DataSchema, versionId: string | undefined) => {
    const columns = versionId === undefined ? [] : (await data.getVersion(versionId)).columns;
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

  const submit = async (asked: CheckWork, parentId: string | null) => {
    const version = await data.getVersion(asked.versionId);
    const { schemaVersion } = await schemaOf(parts, version, asked);
    // Another may be active by the time that the job runs.
    const input = schemaVersion === null ? asked : { ...asked, schemaVersion };
    const key = createHash('sha256').update(JSON.stringify(input)).digest('hex');
    return jobs.submit({
      kind: 'validate',
      title: `Check ${nameOf(version)}`,
      input,
      parentId,
      dedupKey: `validate:${key}`,
    });
  };
  const checkNew = async (dataset: string, versionId: string) => {
    const { onImport } = await schemas.settings(dataset);
    if (onImport === 'off' || (await schemas.find(dataset, null)) === null) return;
    if ((await validations.newest(versionId)) === null)
      await submit({ versionId, environment: 'training', trigger: 'import' }, null);
  };
  events.subscribe((event) => {
    if (event.type !== 'dataset.changed' || event.data.change !== 'created') return;
    const { dataset, versionId } = event.data;
    if (versionId === null || guard.isEntering(dataset)) return;
    checkNew(dataset, versionId).catch((thrown: unknown) => {
      logger.warn({ dataset, versionId, error: messageOf(thrown) }, 'a new version was not checked');
    });
  });

  return {
    listSchemas: (dataset) => schemas.list(dataset),
    findActive: (dataset) => schemas.find(dataset, null),
    getSchema: found,

    async saveSchema(dataset, { schema: given, note, origin, activate }) {
      const active = await schemas.find(dataset, null);
      const schema = nameRules(given);
      const { latest } = await data.get(dataset);
      refuseFaults(await faultsOf(schema, latest?.id));
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
        dedupKey: `infer-schema:${request.versionId}`,
      });
    },

    checkSchema: ({ schema, versionId }) => faultsOf(schema, versionId),

    async exportSchema({ format, dataset, version, croissant }) {
      if (format === 'croissant') {
        const described = await describeVersion(parts, dataset, version, croissant.dataVersion);
        return { format, fileName: 'croissant.json', ...toCroissant(described, croissant) };
      }
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
      return submit({ ...DataValidationRequest.parse(request), trigger: 'asked' }, parentJobId);
    },

    guard,
    list: (query) => validations.list(query),
    get: (validationId) => validations.get(validationId),
    verdicts: (versionIds) => validations.verdicts(versionIds),
    newest: (versionId) => validations.newest(versionId),

    vet: (version) => vet(parts, version),
    requestChecks: (model, asked) => prepareChecks(parts, model, asked),

    async failingRows(validationId, ruleId, page) {
      const { results, schema, versionId } = await validations.get(validationId);
      const result = results.find((one) => one.ruleId === ruleId);
      if (result === undefined)
        throw new AssayError('data-validations/no-rows', `The check has no rule "${ruleId}"`);
      if (versionId === null || !result.hasRows)
        throw new AssayError('data-validations/no-rows', `There are no rows to show of "${ruleId}"`);
      const version = await data.getVersion(versionId);
      const files = await data.snapshotFiles(versionId);
      const told = {
        files,
        columns: version.columns,
        schema,
        others: await otherData(data, schema, version),
      };
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
