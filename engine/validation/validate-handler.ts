import type { z } from 'zod';
import {
  type DataSchema,
  type DatasetVersion,
  DataValidation,
  DataValidationRequest,
  type DataValidationResult,
} from '../../local-api/contract/index.ts';
import { withDuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobHandler } from '../jobs/index.ts';
import { schemaIn } from './environments.ts';
import { nameRules } from './name-rules.ts';
import { duckDbMb, LOOK_MB, type Parts, validationLink } from './parts.ts';
import { nameOf, prepareCheck } from './prepare-check.ts';
import { refuseFaults, schemaFaults } from './schema-faults.ts';
import type { ValidateJobInput, ValidateJobOutput } from './validate-job.ts';

/** As asked for, and by what. */
export const CheckWork = DataValidationRequest.extend({
  trigger: DataValidation.shape.trigger.default('asked'),
});
export type CheckWork = z.infer<typeof CheckWork>;

/** The schema that a check goes by, in its environment. Errors: data-schemas/not-found, data-schemas/invalid. */
export async function schemaOf(
  parts: Pick<Parts, 'schemas' | 'tmpDir' | 'targetsOf'>,
  version: DatasetVersion,
  request: DataValidationRequest,
): Promise<{ schema: DataSchema; schemaVersion: number | null }> {
  const { schema, schemaVersion } = await wholeSchemaOf(parts, version, request);
  const { environment } = request;
  const targets = environment === 'serving' ? await parts.targetsOf(version.dataset) : [];
  return { schema: schemaIn(environment, schema, targets), schemaVersion };
}

async function wholeSchemaOf(
  { schemas, tmpDir }: Pick<Parts, 'schemas' | 'tmpDir'>,
  version: DatasetVersion,
  request: DataValidationRequest,
): Promise<{ schema: DataSchema; schemaVersion: number | null }> {
  if (request.schema !== undefined) {
    const schema = nameRules(request.schema);
    refuseFaults(
      await withDuckDb({ readable: [], folders: [tmpDir], memoryMb: LOOK_MB }, (db) =>
        schemaFaults(db, schema, version.columns),
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

/** Checks of versions as jobs. */
export function validateHandler(parts: Parts): JobHandler<unknown, ValidateJobOutput> {
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
      const request = CheckWork.parse(job.input);
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
        environment: request.environment,
        trigger: request.trigger,
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

export function announce(
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
    // An import that was refused has no version whose page would show it.
    { text, link: `${validationLink(dataset)}${versionId === null ? `&view=${id}` : ''}` },
  );
}
