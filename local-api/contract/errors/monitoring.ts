import { errors } from './error-entry.ts';

/** Drift and monitors. */
export const monitoringErrors = errors({
  'monitors/not-found': {
    status: 404,
    title: 'There is no such monitor',
    hint: 'GET /api/v1/monitors lists them.',
  },
  'monitors/name-taken': {
    status: 409,
    title: 'There is a monitor of this name already',
    hint: 'Change that one, or choose another name.',
  },
  'monitors/bad-definition': {
    status: 422,
    title: 'This cannot be watched in this way',
    hint: 'Correct each entry listed under "problems".',
  },
  'monitors/still-checking': {
    status: 409,
    title: 'The monitor is checking already',
    hint: 'Wait until the check has ended.',
  },
  'monitor-alerts/not-found': {
    status: 404,
    title: 'There is no such alert',
    hint: 'GET /api/v1/monitor-alerts lists them.',
  },
  'drift-reports/not-found': {
    status: 404,
    title: 'There is no such drift report',
    hint: 'GET /api/v1/drift-reports lists them.',
  },
  'drift-reports/no-common-columns': {
    status: 422,
    title: 'The two windows share no column that can be compared',
    hint: 'Choose windows with the same column names, or name the columns.',
  },
  'drift-reports/no-baseline': {
    status: 422,
    title: 'The model keeps nothing to compare with',
    hint: 'Register the model from a run of a training here: it keeps its test rows. Or name a dataset version as the reference.',
  },
  'drift-reports/no-requests': {
    status: 422,
    title: 'No request was logged in this window',
    hint: 'Take a longer time, or raise the share of requests that the endpoint keeps: PATCH /api/v1/endpoints/{name} with log.sampleRate.',
  },
  'drift-series/not-found': {
    status: 404,
    title: 'There is no such drift series',
    hint: 'GET /api/v1/drift-series lists them.',
  },
  'drift-reports/too-few-rows': {
    status: 422,
    title: 'There are too few rows to compare',
    hint: 'Use at least 5 values on each side.',
  },
});
