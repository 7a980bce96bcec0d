/** Writes the OpenAPI document and the recipe's JSON Schema to docs/reference, so that a change of the API shows in review. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildOpenApi } from '../local-api/docs/openapi.ts';
import { recipeSchema } from '../local-api/docs/recipe-schema.ts';

const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}openapi.json`, `${JSON.stringify(buildOpenApi(), null, 2)}\n`);
writeFileSync(`${folder}recipe.schema.json`, `${JSON.stringify(recipeSchema(), null, 2)}\n`);
