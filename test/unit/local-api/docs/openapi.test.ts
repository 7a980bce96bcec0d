import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { api, type Endpoint } from '../../../../local-api/contract/index.ts';
import { buildOpenApi } from '../../../../local-api/docs/openapi.ts';

const document = buildOpenApi();
const text = JSON.stringify(document);
const endpoints: Endpoint[] = Object.values(api).flatMap((group) => Object.values(group));

describe('the OpenAPI document', () => {
  it('is valid by the schema of OpenAPI 3.1', async () => {
    const result = await new Validator().validate(JSON.parse(text));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  it('is the one in docs/reference (run "npm run openapi" after a change of the contract)', () => {
    const written = readFileSync(new URL('../../../../docs/reference/openapi.json', import.meta.url), 'utf8');
    expect(JSON.parse(written)).toEqual(JSON.parse(text));
  });

  it('has an operation for every endpoint of the contract', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(
      endpoints.map(({ id }) => id).toSorted(),
    );
  });

  it('has a target for every reference', () => {
    const references = new Set(
      [...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map((match) => match[1]),
    );
    const targets = new Set(
      Object.entries(document.components).flatMap(([kind, entries]) =>
        Object.keys(entries).map((name) => `${kind}/${name}`),
      ),
    );
    expect(references.size).toBeGreaterThan(10);
    expect([...references].filter((reference) => !targets.has(reference ?? ''))).toEqual([]);
    expect(text).not.toContain('#/$defs/');
  });

  it('tells apart what is sent from what is answered where defaults make them differ', () => {
    const { RecipeInput, Settings } = document.components.schemas;
    expect(RecipeInput?.required).not.toContain('seed');
    expect(Settings?.required).toContain('jobs');
  });

  it('lists the codes of an endpoint under their status', () => {
    const conflict = document.paths['/api/v1/models/{model}/versions']?.post?.responses;
    expect(JSON.stringify(conflict)).toContain('models/version-taken');
    expect(Object.keys(conflict ?? {})).toEqual(expect.arrayContaining(['201', '401', '404', '409', '422']));
  });
});
