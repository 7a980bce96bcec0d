import { AssayError } from '../errors.ts';

/** Null for what is not there; anything else that goes wrong stays an error. */
export async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof AssayError && error.code.endsWith('not-found')) return null;
    throw error;
  }
}
