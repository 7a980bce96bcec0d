import { AssayError } from '../errors.ts';

/** The only item of a load by a key that was just found; it may have been deleted in between. */
export function only<T>(items: Map<number, T>): T {
  const [item] = items.values();
  if (item === undefined) throw new AssayError('models/not-found', 'The model was deleted at this moment');
  return item;
}
