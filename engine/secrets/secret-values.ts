import { z } from 'zod';

/** A field of settings that is kept sealed: a text. */
export function secretField(description: string) {
  return z.string().min(1).optional().meta({ description, secret: true });
}

/** Names of the fields of settings that are kept sealed. */
export function secretFields(schema: z.ZodObject): string[] {
  const { properties } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties ?? {})
    .filter(([, property]) => typeof property === 'object' && 'secret' in property)
    .map(([name]) => name);
}

/** A text without the secrets that may have got into it. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, '•••');
  return clean;
}
