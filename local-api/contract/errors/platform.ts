import { errors } from './error-entry.ts';

/** The platform: requests, the workspace, its files, jobs and secrets. */
export const platformErrors = errors({
  'request/invalid': {
    status: 400,
    title: 'The request is not valid',
    hint: 'Correct each entry listed under "problems" and send the request again.',
  },
  'request/malformed': {
    status: 400,
    title: 'The body could not be read',
    hint: 'Send well-formed JSON with the header Content-Type: application/json.',
  },
  'request/too-large': {
    status: 413,
    title: 'The body is too large',
    hint: 'Send files through POST /api/v1/uploads, and rows in smaller batches.',
  },
  'request/unsupported-media-type': {
    status: 415,
    title: 'This content type is not accepted here',
    hint: 'Use application/json, or application/octet-stream for uploads.',
  },
  'request/range-not-satisfiable': {
    status: 416,
    title: 'The file has no such range of bytes',
    hint: 'The header Content-Range of this answer tells the length; ask for bytes within it.',
  },
  'request/not-found': {
    status: 404,
    title: 'There is nothing at this address',
    hint: 'See /docs for the list of endpoints.',
  },
  'request/method-not-allowed': {
    status: 405,
    title: 'This method is not offered here',
    hint: 'See the Allow header, or /docs.',
  },
  'request/timeout': {
    status: 503,
    title: 'The request took too long and was stopped',
    hint: 'Ask for less at once, or run it as a job.',
  },
  'request/bad-filter': {
    status: 400,
    title: 'The filter could not be understood',
    hint: "Write conditions such as: metrics.auc > 0.8 and params.trainer = 'gbdt' order by metrics.auc desc",
  },
  'request/bad-cursor': {
    status: 400,
    title: 'The cursor is not valid for this list',
    hint: 'Start again without a cursor, keeping filter and sort unchanged between pages.',
  },
  'access/token-required': {
    status: 401,
    title: 'A token is required',
    hint: 'Open the address printed at start, or send "Authorization: Bearer <token>" with the token from the file "token" in the workspace folder.',
  },
  'access/foreign-host': {
    status: 403,
    title: 'This host name is not served',
    hint: 'Use 127.0.0.1 or localhost.',
  },
  'access/foreign-origin': {
    status: 403,
    title: 'Requests from other web pages are refused',
    hint: 'Call the API from the workbench itself or from a script, not from another site.',
  },
  'workspace/locked': {
    status: 409,
    title: 'Another engine holds this workspace',
    hint: 'Use the running engine (assay finds it by itself), or stop it first.',
  },
  'workspace/newer': {
    status: 409,
    title: 'This workspace was made by a newer version of Assay',
    hint: 'Start the newer version, or restore a backup made before the upgrade. Nothing was changed.',
  },
  'workspace/corrupt': {
    status: 500,
    title: 'The database of this workspace is damaged',
    hint: 'Run "assay db check", then "assay db restore" with the newest backup. The damaged file is kept.',
  },
  'workspace/not-writable': {
    status: 500,
    title: 'The workspace folder cannot be written to',
    hint: 'Check the permissions and free space of the folder, or choose another with --workspace.',
  },
  'workspace/migration-failed': {
    status: 500,
    title: 'The workspace could not be upgraded',
    hint: 'The backup made before the upgrade is in the folder "backups"; nothing was lost.',
  },
  'settings/invalid': {
    status: 422,
    title: 'The settings are not valid',
    hint: 'Correct each entry listed under "problems", in the file or environment variable named there.',
  },
  'settings/unknown-key': {
    status: 400,
    title: 'There is no such setting',
    hint: 'GET /api/v1/settings lists the settings and their schema.',
  },
  'artifacts/not-found': {
    status: 404,
    title: 'There is no such artifact',
    hint: 'List the artifacts of the run to see what it holds.',
  },
  'artifacts/corrupt': {
    status: 500,
    title: 'The stored bytes do not match their digest',
    hint: 'The file was changed or damaged on disk. Restore it from a backup, or log it again.',
  },
  'artifacts/bad-path': {
    status: 400,
    title: 'This artifact path is not allowed',
    hint: 'Use a relative path with forward slashes and no "..".',
  },
  'artifacts/not-a-table': {
    status: 422,
    title: 'This file cannot be read as a table',
    hint: 'Tables are CSV, TSV, Parquet and JSON files. Download the file to look at it with other tools.',
  },
  'artifacts/disk-full': {
    status: 507,
    title: 'There is no space left on the disk',
    hint: 'Free some space, or run "assay db gc" to remove what nothing refers to.',
  },
  'jobs/not-found': { status: 404, title: 'There is no such job', hint: 'GET /api/v1/jobs lists them.' },
  'jobs/not-cancellable': {
    status: 409,
    title: 'The job has already ended',
    hint: 'Nothing needs to be cancelled.',
  },
  'jobs/not-pausable': {
    status: 409,
    title: 'The job cannot be paused',
    hint: 'Searches can be paused while they are queued or running; other jobs can be stopped and tried again.',
  },
  'jobs/not-finishable': {
    status: 409,
    title: 'The job cannot finish early',
    hint: 'Searches can while they are running; resume a paused one first. Other jobs can be stopped.',
  },
  'jobs/not-paused': {
    status: 409,
    title: 'The job is not paused',
    hint: 'Look at its state; it may have been resumed already.',
  },
  'jobs/not-retryable': {
    status: 409,
    title: 'Only a job that failed or was cancelled can be tried again',
    hint: 'Wait until it has ended, or start a new one.',
  },
  'jobs/cancelled': { status: 409, title: 'The job was cancelled', hint: 'Start it again when you want it.' },
  'jobs/timed-out': {
    status: 500,
    title: 'The job ran past its time limit',
    hint: 'Raise limits.seconds, or give it less to do.',
  },
  'jobs/out-of-memory': {
    status: 500,
    title: 'The job went over its memory limit',
    hint: 'Raise limits.memoryMb, or use fewer rows.',
  },
  'jobs/crashed': {
    status: 500,
    title: 'The job process ended unexpectedly',
    hint: 'See the log of the job; try it again.',
  },
  'jobs/interrupted': {
    status: 500,
    title: 'The engine stopped while the job was running',
    hint: 'Start it again: nothing half-written was kept.',
  },
  'secrets/unreadable': {
    status: 500,
    title: 'A secret cannot be read',
    hint: 'Secrets are sealed with the file secrets.key in the workspace folder. Put the right one back, or enter the secret again.',
  },
  'webhooks/not-found': {
    status: 404,
    title: 'There is no such webhook',
    hint: "MLflow's client lists them: MlflowClient().list_webhooks().",
  },
  'schedules/not-found': {
    status: 404,
    title: 'There is no such schedule',
    hint: 'GET /api/v1/schedules lists them.',
  },
  'schedules/name-taken': {
    status: 409,
    title: 'There is a schedule of this name already',
    hint: 'Change that one, or choose another name.',
  },
  'schedules/bad-cron': {
    status: 422,
    title: 'The times of the schedule cannot be understood',
    hint: 'Write minute, hour, day of month, month and day of week, such as 0 6 * * mon-fri, and a time zone such as Europe/Berlin.',
  },
  'schedules/bad-work': {
    status: 422,
    title: 'This cannot be scheduled',
    hint: 'Correct each entry listed under "problems".',
  },
  'schedules/still-running': {
    status: 409,
    title: 'The job that the schedule started last is still running',
    hint: 'Wait for it, or cancel it.',
  },
  'uploads/not-found': {
    status: 404,
    title: 'There is no such upload',
    hint: 'Uploads are kept for a day; send the file again.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong in the engine',
    hint: 'The log of the engine has the details under the given request id. Nothing that was acknowledged is lost.',
  },
});
