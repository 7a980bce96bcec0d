import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../../engine/errors.ts';
import { api, type DatasetVersion, type Endpoint } from '../../../../local-api/contract/index.ts';
import { referenceResolver } from '../../../../local-api/routes/resolve-references.ts';
import { validate } from '../../../../local-api/routes/validate.ts';

const known = { id: 'dsv_3', dataset: 'flights', version: 3 } as DatasetVersion;
const asked: string[] = [];

async function resolve(reference: string): Promise<DatasetVersion> {
  asked.push(reference);
  if (!reference.startsWith('flights')) throw new AssayError('datasets/not-found', reference);
  return known;
}

/** A request as it gets to its handler. */
async function settled(
  endpoint: Endpoint,
  raw: { params?: Record<string, string>; query?: string; body?: unknown },
) {
  const { params = {}, query = '', body } = raw;
  const parsed = validate(endpoint, { params, query: new URLSearchParams(query), body });
  await referenceResolver(endpoint, resolve)?.(parsed);
  return parsed;
}

describe('references to dataset versions in requests', () => {
  it('become ids in the path, in the query and in the body', async () => {
    expect((await settled(api.datasets.rows, { params: { versionId: 'flights@3' } })).params).toEqual({
      versionId: 'dsv_3',
    });
    const query = 'base=flights%402026-11-01&other=flights%40latest';
    expect((await settled(api.datasetDiffs.find, { query })).query).toEqual({
      base: 'dsv_3',
      other: 'dsv_3',
    });
    const body = {
      referenceVersionId: 'flights@production',
      current: { kind: 'version', versionId: 'flights' },
    };
    expect((await settled(api.driftReports.create, { body })).body).toMatchObject({
      referenceVersionId: 'dsv_3',
      current: { kind: 'version', versionId: 'dsv_3' },
    });
  });

  it('are looked for in what a union allows, and in lists', async () => {
    const body = { source: { kind: 'version', versionId: 'flights@3' } };
    expect((await settled(api.dataExports.createOf, { body })).body).toMatchObject({
      source: { kind: 'version', versionId: 'dsv_3' },
    });
    const other = { source: { kind: 'diff', diffId: 'flights@3' } };
    expect((await settled(api.dataExports.createOf, { body: other })).body).toMatchObject({
      source: { diffId: 'flights@3' },
    });
  });

  it('fix the version beside a dataset, and leave the newest open', async () => {
    const batch = async (source: unknown) =>
      (await settled(api.batchPredictions.create, { body: { model: 'm@champion', source } })).body;
    expect(await batch({ kind: 'dataset', dataset: 'flights@production' })).toMatchObject({
      source: { dataset: 'flights', version: 3 },
    });
    expect(await batch({ kind: 'dataset', dataset: 'flights@latest' })).toMatchObject({
      source: { kind: 'dataset', dataset: 'flights' },
    });
    await expect(batch({ kind: 'dataset', dataset: 'flights@3', version: 2 })).rejects.toMatchObject({
      code: 'request/invalid',
    });
  });

  it('that are ids are left alone, so that a deleted version can still be named', async () => {
    asked.length = 0;
    const { params } = await settled(api.datasetVersions.restore, { params: { versionId: 'dsv_0gone' } });
    expect(params).toEqual({ versionId: 'dsv_0gone' });
    expect(asked).toEqual([]);
  });

  it('that name nothing are refused', async () => {
    await expect(settled(api.datasets.version, { params: { versionId: 'nobody@2' } })).rejects.toMatchObject({
      code: 'datasets/not-found',
    });
  });

  it('can stand wherever a request names a dataset version', () => {
    const names = /^(versionId|datasetVersionId|referenceVersionId|currentVersionId)$/;
    for (const endpoints of Object.values(api))
      for (const endpoint of Object.values(endpoints) as Endpoint[]) {
        const fields = [endpoint.params, endpoint.query, endpoint.body].flatMap((schema) =>
          schema !== undefined && schema !== 'bytes' && 'shape' in schema
            ? Object.keys(schema.shape as object)
            : [],
        );
        if (fields.some((field) => names.test(field)))
          expect.soft(referenceResolver(endpoint, resolve), endpoint.id).not.toBeNull();
      }
    expect(referenceResolver(api.training.start, resolve)).not.toBeNull();
    expect(referenceResolver(api.transforms.create, resolve)).not.toBeNull();
    expect(referenceResolver(api.monitors.create, resolve)).not.toBeNull();
  });
});
