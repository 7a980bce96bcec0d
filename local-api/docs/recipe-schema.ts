import { z } from 'zod';
import { Recipe } from '../contract/index.ts';

let schema: Record<string, unknown> | undefined;

/**
 * The recipe as JSON Schema (draft 2020-12), for editors, other programs and people: what may be sent, with defaults, limits
 * and descriptions. Fields that have a default may be left out.
 */
export function recipeSchema(): Record<string, unknown> {
  schema ??= {
    title: 'Assay recipe',
    description: 'The one document that says how a model is made',
    ...z.toJSONSchema(Recipe, { io: 'input' }),
  };
  return schema;
}
