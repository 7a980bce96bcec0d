import type { ReleasePush } from '../../../../local-api/contract/index.ts';

const words: Record<ReleasePush['state'], string> = {
  queued: 'push waits for its turn',
  running: 'is pushed',
  waiting: 'waits until it can be reached',
  pushed: 'pushed',
  failed: 'push failed',
  cancelled: 'push cancelled',
};

/** What became of a push that a promotion asked for, in a few words. */
export function pushText({ target, state, error }: ReleasePush): string {
  return `${target}: ${words[state]}${error === null ? '' : ` (${error})`}`;
}
