import { errors } from './error-entry.ts';

/** Predictions and endpoints. */
export const servingErrors = errors({
  'predictions/bad-rows': {
    status: 422,
    title: 'The rows do not fit the signature of the model',
    hint: 'Correct each entry listed under "problems"; the signature of the version lists columns and types.',
  },
  'predictions/breaks-schema': {
    status: 422,
    title: 'The rows break the schema of the data',
    hint: 'Correct each entry listed under "problems"; GET /api/v1/endpoints/{name}/validation lists the rules.',
  },
  'predictions/busy': {
    status: 503,
    title: 'Too many predictions are waiting',
    hint: 'Send again after the time in Retry-After, or larger batches less often.',
  },
  'predictions/crashed': {
    status: 503,
    title: 'The process of the model ended before it answered',
    hint: 'Send again. When it happens each time, the model needs more memory than the machine has left.',
  },
  'predictions/deadline': {
    status: 504,
    title: 'The deadline of the prediction is over',
    hint: 'Send fewer rows at once, or a larger x-timeout-ms.',
  },
  'batch-predictions/not-found': {
    status: 404,
    title: 'There is no such batch prediction',
    hint: 'GET /api/v1/batch-predictions lists them.',
  },
  'batch-predictions/columns-do-not-fit': {
    status: 422,
    title: 'The data lacks what the model needs',
    hint: 'Correct each entry listed under "problems"; "fillMissing" takes absent columns as missing where the model allows it.',
  },
  'batch-predictions/no-rows-left': {
    status: 422,
    title: 'No row of the data fits the model',
    hint: 'The reasons say what every row lacks; compare the data with the signature of the version.',
  },
  'batch-predictions/no-output': {
    status: 409,
    title: 'The batch prediction has no such file',
    hint: 'It is there when the state is succeeded; a file of rejects only when rows were kept aside.',
  },
  'batch-predictions/under-way': {
    status: 409,
    title: 'The batch prediction has not ended',
    hint: 'Cancel its job first, or wait.',
  },
  'async-predictions/not-found': {
    status: 404,
    title: 'There is no such async prediction',
    hint: 'It may have been forgotten: results are kept as long as the setting serving.asyncKeepHours says.',
  },
  'async-predictions/ended': {
    status: 409,
    title: 'The async prediction has ended',
    hint: 'Its result or its error is there already.',
  },
  'endpoints/not-found': {
    status: 404,
    title: 'There is no such endpoint',
    hint: 'GET /api/v1/endpoints lists them.',
  },
  'endpoints/name-taken': {
    status: 409,
    title: 'There is an endpoint of this name already',
    hint: 'Change that one, or choose another name.',
  },
  'endpoints/bad-route': {
    status: 422,
    title: 'The versions of the route do not go together',
    hint: 'Correct each entry listed under "problems": all versions of a route answer the same question.',
  },
  'endpoints/no-schema': {
    status: 422,
    title: 'There is no schema to check requests by',
    hint: 'Name a dataset that has one, or save a schema first: assay schema infer <dataset> --save.',
  },
  'endpoints/changed': {
    status: 409,
    title: 'The endpoint was changed meanwhile',
    hint: 'Read it again, look at the change, and send yours with its revision.',
  },
  'endpoints/nothing-to-undo': {
    status: 409,
    title: 'There is no change to take back',
    hint: 'The endpoint is as it was made; delete it if it is not wanted.',
  },
  'endpoints/no-canary': {
    status: 409,
    title: 'The endpoint runs no canary',
    hint: 'It may have been promoted or rolled back already: the changes of the endpoint say so.',
  },
  'endpoints/paused': {
    status: 503,
    title: 'The endpoint is paused',
    hint: 'Resume it with PATCH and isPaused false, or send again later.',
  },
});
