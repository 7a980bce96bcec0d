/** Writes the OpenAPI document of the contract to docs/reference/openapi.json, so that a change of the API shows in review. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildOpenApi } from '../local-api/docs/openapi.ts';

const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}openapi.json`, `${JSON.stringify(buildOpenApi(), null, 2)}\n`);
