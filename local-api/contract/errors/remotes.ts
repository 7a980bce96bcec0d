import { errors } from './error-entry.ts';

/** Targets elsewhere. */
export const remoteErrors = errors({
  'targets/not-found': {
    status: 404,
    title: 'There is no such target',
    hint: 'GET /api/v1/targets lists them; "assay targets add" sets one up.',
  },
  'targets/name-taken': {
    status: 409,
    title: 'A target of this name exists',
    hint: 'Change it, or choose another name.',
  },
  'targets/unknown-kind': {
    status: 422,
    title: 'There is no such kind of target',
    hint: 'GET /api/v1/target-kinds lists them.',
  },
  'targets/bad-config': {
    status: 422,
    title: 'The settings of the target are not valid',
    hint: 'Correct each entry listed under "problems"; GET /api/v1/target-kinds has the schema.',
  },
  'targets/unreachable': {
    status: 503,
    title: 'The target cannot be reached',
    hint: 'Run a check of the target: it says where the way ends. A push waits and goes on by itself.',
  },
  'targets/unauthorized': {
    status: 422,
    title: 'The target refuses the credentials',
    hint: 'Enter them again, and check that they may write there.',
  },
  'targets/refused': {
    status: 422,
    title: 'The target refused the request',
    hint: 'See "detail" for its answer. What was sent is kept; the push can be tried again.',
  },
  'targets/unsupported': {
    status: 422,
    title: 'The target works in a way that is not supported',
    hint: 'See "detail" for what to change there.',
  },
  'targets/full': {
    status: 422,
    title: 'The target has no space left',
    hint: 'Make room there and push again: it goes on where it stopped.',
  },
  'targets/conflict': {
    status: 409,
    title: 'Another model is there under this version',
    hint: 'Versions are never overwritten. Register a new version and push that, or remove the one there.',
  },
  'targets/not-there': {
    status: 404,
    title: 'The target has no such model or version',
    hint: 'Check name, version and alias.',
  },
  'targets/damaged': {
    status: 422,
    title: 'What came back is not what was sent',
    hint: 'Push again; when it happens twice, storage or a proxy on the way changes the bytes.',
  },
  'targets/cannot-pull': {
    status: 422,
    title: 'Nothing can be pulled from this kind of target',
    hint: 'Pull from the registry that it was deployed from.',
  },
  'targets/cannot-train': {
    status: 422,
    title: 'Nothing can be trained on this kind of target',
    hint: 'GET /api/v1/target-kinds says which kinds can; train on this machine otherwise.',
  },
  'pushes/not-found': {
    status: 404,
    title: 'There is no such push',
    hint: 'GET /api/v1/pushes lists them.',
  },
  'pushes/ended': {
    status: 409,
    title: 'The push has ended already',
    hint: 'Nothing needs to be cancelled.',
  },
  'pushes/no-receipt': {
    status: 409,
    title: 'The push has left nothing there yet',
    hint: 'Wait until it has ended well.',
  },
});
