import { createHash } from 'node:crypto';

const maxLength = 96;

/** The name of a model as the hub allows one for a repository: letters, digits and single `-`, `_` and `.`. */
export function repositoryName(model: string): string {
  const plain = model
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_.]+/g, '-')
    .replace(/[-.]{2,}/g, '-')
    .replace(/^[-._]+|[-._]+$/g, '')
    .slice(0, maxLength)
    .replace(/[-._]+$/, '');
  return plain === '' ? `model-${createHash('sha256').update(model).digest('hex').slice(0, 12)}` : plain;
}
