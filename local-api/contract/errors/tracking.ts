import { errors } from './error-entry.ts';

/** Experiments, runs and traces. */
export const trackingErrors = errors({
  'experiments/not-found': {
    status: 404,
    title: 'There is no such experiment',
    hint: 'GET /api/v1/experiments lists them.',
  },
  'experiments/name-taken': {
    status: 409,
    title: 'An experiment of this name exists',
    hint: 'Use it, or choose another name (deleted experiments keep their name until they are purged).',
  },
  'experiments/deleted': {
    status: 409,
    title: 'The experiment is deleted',
    hint: 'Restore it first: POST /api/v1/experiments/{experimentId}/restore.',
  },
  'runs/not-found': {
    status: 404,
    title: 'There is no such run',
    hint: 'GET /api/v1/runs lists them; ids have 32 hexadecimal digits.',
  },
  'runs/deleted': {
    status: 409,
    title: 'The run is deleted',
    hint: 'Restore it first: POST /api/v1/runs/{runId}/restore.',
  },
  'logged-models/not-found': {
    status: 404,
    title: 'There is no such logged model',
    hint: 'Scripts log models into a run; the run lists those it made.',
  },
  'runs/export-too-wide': {
    status: 400,
    title: 'The runs have more columns than a file can hold',
    hint: 'Name the columns in "fields": name,metrics.auc,params.*',
  },
  'views/not-found': {
    status: 404,
    title: 'There is no such saved view',
    hint: 'GET /api/v1/views lists them; the trash may have been emptied since it was deleted.',
  },
  'runs/param-changed': {
    status: 409,
    title: 'A parameter cannot change once it is logged',
    hint: 'Log it under another key, or start a new run.',
  },
  'comparison/too-many-runs': {
    status: 422,
    title: 'These are too many runs to compare at once',
    hint: 'Narrow the filter: 5,000 runs at most.',
  },
  'comparison/too-many-groups': {
    status: 422,
    title: 'These are too many groups to compare',
    hint: 'Group by something with at most 200 values; round or bin numbers into a tag.',
  },
  'comparison/no-predictions': {
    status: 422,
    title: 'A run keeps no predictions of its test rows',
    hint: 'Trainings of Assay keep predictions.parquet. For other runs compare groups of runs.',
  },
  'comparison/other-data': {
    status: 422,
    title: 'The two runs were not tested on the same rows for the same target',
    hint: 'Train both on the same dataset version and target, with the same split and seed.',
  },
  'run-imports/source-not-found': {
    status: 404,
    title: 'There is nothing to import at this path',
    hint: 'Check the path; it is read on the machine that runs the engine.',
  },
  'run-imports/unknown-format': {
    status: 422,
    title: 'No known tracker wrote this',
    hint: 'Give an MLflow database or mlruns folder, a W&B run folder, a TensorBoard log folder, or an export of Aim; or name the format.',
  },
  'run-imports/unreadable': {
    status: 422,
    title: 'The source cannot be read',
    hint: 'See "detail" for the reason. What was read before it stays imported; importing again adds only what is missing.',
  },
  'run-exports/refused': {
    status: 424,
    title: 'The MLflow server refused what was sent',
    hint: 'Check the address and the credentials. Exporting again passes over what is there.',
  },
  'run-exports/unreachable': {
    status: 503,
    title: 'The MLflow server does not answer',
    hint: 'Check the address, and whether the server runs. Exporting again passes over what is there.',
  },
  'runs/not-stoppable': {
    status: 409,
    title: 'Nothing here can stop this run',
    hint: 'End it where it runs. Runs of jobs, of "assay exec" and of programs that send heartbeats can be stopped from here.',
  },
  'runs/not-reproducible': {
    status: 409,
    title: 'This run cannot be made again from here',
    hint: 'GET /api/v1/runs/{runId}/reproductions says what is missing and lists the steps to make it again by hand.',
  },
  'runs/code-changed': {
    status: 409,
    title: 'Code or folder are not as they were when the run was made',
    hint: 'Check out the commit of the run and apply its source/diff.patch, or send "force": true.',
  },
  'traces/not-found': {
    status: 404,
    title: 'There is no such trace',
    hint: 'GET /api/v1/traces lists them.',
  },
  'traces/span-not-found': {
    status: 404,
    title: 'No such span',
    hint: 'GET /api/v1/traces/{traceId}/outline lists the spans of a trace.',
  },
  'assessments/not-found': {
    status: 404,
    title: 'The trace has no such assessment',
    hint: 'GET /api/v1/traces/{traceId} lists them.',
  },
});
