import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Recipe } from '../../../../local-api/contract/index.ts';
import { recipeSchema } from '../../../../local-api/docs/recipe-schema.ts';

const text = JSON.stringify(recipeSchema());

test('the JSON Schema of the recipe is the one in docs/reference (run "npm run openapi" after a change of the contract)', () => {
  const url = new URL('../../../../docs/reference/recipe.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(url, 'utf8'))).toEqual(JSON.parse(text));
});

test('only what has no default must be said', () => {
  const { Recipe: schema } = z
    .object({ $defs: z.object({ Recipe: z.object({ required: z.array(z.string()) }) }) })
    .parse(recipeSchema()).$defs;
  expect([...schema.required].sort()).toEqual(['dataset', 'target', 'task']);
});

test('a schema made of it takes and refuses what the recipe does', () => {
  const made = z.fromJSONSchema(recipeSchema());
  const recipe = {
    task: 'classification',
    dataset: 'd',
    target: { column: 'species' },
    trainer: { kind: 'linear' },
    preprocessing: { columns: { mass: { scale: 'robust' } } },
  };
  const wrong = { ...recipe, preprocessing: { columns: { mass: { scale: 'rubust' } } } };
  for (const [value, isFit] of [
    [recipe, true],
    [wrong, false],
    [{ ...recipe, trainer: { kind: 'oracle' } }, false],
  ] as const) {
    expect(Recipe.safeParse(value).success).toBe(isFit);
    expect(made.safeParse(value).success).toBe(isFit);
  }
});

test('a setting of preprocessing that is spelt wrong is refused by name', () => {
  const { error } = Recipe.safeParse({
    task: 'regression',
    dataset: 'd',
    target: { column: 'y' },
    trainer: { kind: 'linear' },
    preprocessing: { numeric: { imput: 'mean' } },
  });
  expect(error?.issues).toMatchObject([{ path: ['preprocessing', 'numeric'], keys: ['imput'] }]);
});
