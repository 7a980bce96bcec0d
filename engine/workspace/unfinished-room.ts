import { AssayError } from '../errors.ts';

/** Stands for a room that is still being built: whatever is called on it is refused. */
export function unfinishedRoom<Room extends object>(name: string): Room {
  return new Proxy({} as Room, {
    get: () => () => {
      throw new AssayError('internal', `The room "${name}" is not there yet.`);
    },
  });
}
