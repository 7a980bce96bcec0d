import { z } from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;

/** The smallest value that a request schema takes: what is optional is left out, texts are `nothing-here`. */
export function smallestValue(schema: z.ZodType): unknown {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return smallestOf(root, root);
}

function smallestOf(schema: Schema, root: Schema): unknown {
  if (schema.$ref) return smallestOf(definition(schema.$ref, root), root);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [choice] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (typeof choice === 'object') return smallestOf(choice, root);
  const type: unknown = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((key) => [key, propertyOf(schema, key, root)]));
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => itemOf(schema, root));
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return 'nothing-here';
  }
}

function propertyOf({ properties }: Schema, key: string, root: Schema): unknown {
  const property = properties?.[key];
  return typeof property === 'object' ? smallestOf(property, root) : null;
}

function itemOf({ items, prefixItems }: Schema, root: Schema): unknown {
  const item = prefixItems?.[0] ?? (Array.isArray(items) ? items[0] : items);
  return typeof item === 'object' ? smallestOf(item, root) : null;
}

function definition(ref: string, root: Schema): Schema {
  const found = root.$defs?.[ref.replace('#/$defs/', '')];
  if (typeof found !== 'object') throw new Error(`The schema has no ${ref}.`);
  return found;
}
