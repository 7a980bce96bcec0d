/**
 * Every error the API can answer with: the stable code, its HTTP status, a title for people and what to do next.
 * Codes are `<slug>/<reason>` and never change meaning; a message (`detail`) may.
 */
type ErrorEntry = { status: number; title: string; hint: string };

function errors<const T extends Record<string, ErrorEntry>>(table: T): T {
  return table;
}

export const errorTable = errors({
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
  'datasets/not-found': {
    status: 404,
    title: 'There is no such dataset',
    hint: 'GET /api/v1/datasets lists them.',
  },
  'datasets/column-not-found': {
    status: 404,
    title: 'The version has no such column',
    hint: 'Write the name as the list of columns has it, capitals and spaces included.',
  },
  'datasets/not-profiled': {
    status: 404,
    title: 'The profile has not been computed yet',
    hint: 'POST to /api/v1/dataset-versions/{versionId}/profile first and wait for the job.',
  },
  'datasets/version-not-found': {
    status: 404,
    title: 'There is no such dataset version',
    hint: 'GET /api/v1/datasets/{name}/versions lists them.',
  },
  'datasets/unreadable': {
    status: 422,
    title: 'The data could not be read',
    hint: 'See "detail" for the line; correct the file, or the delimiter, quote or column types in the import.',
  },
  'datasets/empty': {
    status: 422,
    title: 'The data has no rows',
    hint: 'Check the file, and the filter given to the import.',
  },
  'datasets/unsupported-format': {
    status: 422,
    title: 'This file format is not known',
    hint: 'Use CSV, TSV, JSON, JSONL or Parquet, or name the format in the import.',
  },
  'datasets/source-not-found': {
    status: 404,
    title: 'The file to import is not there',
    hint: 'Check the path (it is read on the machine that runs the engine), or upload the file first.',
  },
  'datasets/bad-expression': {
    status: 400,
    title: 'The expression is not valid SQL over these columns',
    hint: 'Use column names of the dataset and DuckDB SQL functions, for example: delay > 15',
  },
  'datasets/alias-not-found': {
    status: 404,
    title: 'No version of this dataset has that name',
    hint: 'See the names with GET /api/v1/datasets/{dataset}/versions.',
  },
  'datasets/diff-not-found': {
    status: 404,
    title: 'There is no such comparison of versions',
    hint: 'Compare them again: POST /api/v1/dataset-versions/{versionId}/diff.',
  },
  'datasets/export-does-not-fit': {
    status: 422,
    title: 'The format cannot hold these rows',
    hint: 'Write fewer rows or columns (a condition, a choice of columns), or another format: CSV, Parquet and Arrow have no such limit.',
  },
  'datasets/export-not-found': {
    status: 404,
    title: 'There is no such file of rows',
    hint: 'Files are kept for some hours: export the rows again.',
  },
  'datasets/in-use': {
    status: 409,
    title: 'Runs or models refer to this dataset version',
    hint: 'Delete those first, or keep it: lineage would break.',
  },
  'lineage/no-such-node': {
    status: 404,
    title: 'There is nothing of that name in the lineage',
    hint: 'Name a dataset version (flights@3), or kind:id as in run:…, model:name@1.2.0, endpoint:name.',
  },
  'lineage/no-such-column': {
    status: 404,
    title: 'The dataset version has no column of that name',
    hint: 'Names of columns are listed at GET /api/v1/dataset-versions/{versionId}.',
  },
  'transforms/not-found': {
    status: 404,
    title: 'There is no such transform',
    hint: 'GET /api/v1/transforms lists them.',
  },
  'transforms/version-not-found': {
    status: 404,
    title: 'The transform has no such version',
    hint: 'GET /api/v1/transforms/{transform}/versions lists them.',
  },
  'transforms/run-not-found': {
    status: 404,
    title: 'There is no such run of a transform',
    hint: 'GET /api/v1/transforms/{transform}/runs lists them.',
  },
  'transforms/bad-definition': {
    status: 422,
    title: 'The definition of the transform has faults',
    hint: 'Correct each entry listed under "problems"; POST /api/v1/transforms/check tells them without saving.',
  },
  'transforms/cycle': {
    status: 409,
    title: 'The transform would feed itself',
    hint: 'Write to another dataset, or fix the version of the input.',
  },
  'transforms/output-taken': {
    status: 409,
    title: 'Another transform writes this dataset',
    hint: 'Give the output another name, or change the other transform.',
  },
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
  'models/not-found': {
    status: 404,
    title: 'There is no such model',
    hint: 'GET /api/v1/models lists them.',
  },
  'models/name-taken': {
    status: 409,
    title: 'A model of this name exists',
    hint: 'Register a new version of it, or choose another name.',
  },
  'models/version-not-found': {
    status: 404,
    title: 'The model has no such version',
    hint: 'GET /api/v1/models/{name}/versions lists them.',
  },
  'models/version-taken': {
    status: 409,
    title: 'This version exists already and is immutable',
    hint: 'Leave out "version" to get the next free one.',
  },
  'models/alias-not-found': {
    status: 404,
    title: 'The model has no such alias',
    hint: 'PUT /api/v1/models/{name}/aliases/{alias} sets one.',
  },
  'models/run-has-no-model': {
    status: 422,
    title: 'This run has no trained model',
    hint: 'Choose a finished training run: it holds model/model.onnx.',
  },
  'models/no-onnx': {
    status: 422,
    title: 'This version has no ONNX file',
    hint: 'An MLflow client registered it: load it with mlflow.pyfunc.load_model, or log it as ONNX.',
  },
  'models/invalid-onnx': {
    status: 422,
    title: 'ONNX Runtime does not accept this model file',
    hint: 'See "detail" for its reason; export the model again.',
  },
  'models/not-importable': {
    status: 422,
    title: 'This file cannot be imported as a model',
    hint: 'Export the model as ONNX: opset 7 or later, weights in the file itself, tensors in and out; or say what the file leaves open (features, classes, task, answer, scores).',
  },
  'models/version-in-use': {
    status: 409,
    title: 'The version is in an environment',
    hint: 'Promote another version there, roll back, or take it out first.',
  },
  'models/alias-of-environment': {
    status: 409,
    title: 'This alias follows an environment',
    hint: 'Promote, roll back or withdraw: POST /api/v1/models/{model}/promote. The alias moves with it.',
  },
  'models/stage-of-environment': {
    status: 409,
    title: 'This stage follows an environment',
    hint: 'Promote, roll back or withdraw the version: POST /api/v1/models/{model}/promote. The stage moves with it.',
  },
  'releases/environment-not-found': {
    status: 404,
    title: 'There is no such environment',
    hint: 'The setting release.environments names them, in order.',
  },
  'releases/gates-failed': {
    status: 409,
    title: 'Gates of the environment have failed',
    hint: 'Each is listed under "problems". Correct what they name, or promote with "override" and a reason.',
  },
  'releases/already-there': {
    status: 409,
    title: 'The version is in this environment already',
    hint: 'Nothing needs to be done.',
  },
  'releases/changed': {
    status: 409,
    title: 'Somebody else changed the environment meanwhile',
    hint: 'Look at what is in it now and decide again.',
  },
  'releases/archived': {
    status: 409,
    title: 'The version is archived',
    hint: 'Take it out of the archive first.',
  },
  'releases/nothing-before': {
    status: 409,
    title: 'There is no earlier version to go back to',
    hint: 'Promote the version you want, or name one that was there with "to".',
  },
  'releases/nothing-there': {
    status: 409,
    title: 'No version is in this environment',
    hint: 'GET /api/v1/models/{model}/releases shows what is where.',
  },
  'releases/no-policy': {
    status: 422,
    title: 'The environment has no policy for this model',
    hint: 'PUT /api/v1/models/{model}/policies/{environment} sets one.',
  },
  'releases/report-not-found': {
    status: 404,
    title: 'There is no such gate report',
    hint: 'GET /api/v1/models/{model}/gate-reports lists them.',
  },
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
  'training/bad-recipe': {
    status: 422,
    title: 'The recipe does not fit the data',
    hint: 'Correct each entry listed under "problems".',
  },
  'training/too-little-data': {
    status: 422,
    title: 'There are too few rows to train and test on',
    hint: 'Use more rows, or a smaller test share.',
  },
  'training/bad-target': {
    status: 422,
    title: 'The target cannot be learnt',
    hint: 'A class target needs at least two classes with some rows each; a number target must vary.',
  },
  'training/did-not-converge': {
    status: 422,
    title: 'The training diverged',
    hint: 'Lower the learning rate or raise the regularisation.',
  },
  'training/no-trial': {
    status: 422,
    title: 'No trial of the search came to its end',
    hint: 'Give the search more time, or a smaller space; the runs of the trials tell why each failed.',
  },
  'training/budget-too-small': {
    status: 422,
    title: 'The budget is too small for a model',
    hint: 'Give it more seconds, or fewer rows.',
  },
  'training/result-too-large': {
    status: 422,
    title: 'The files of the run are too large to come back',
    hint: 'Use fewer rows or a smaller test share, or train on this machine.',
  },
  'training/no-program': {
    status: 503,
    title: 'The program that trains elsewhere is missing in this installation',
    hint: 'Build it with npm run build, or install Assay again.',
  },
  'explanations/not-found': {
    status: 404,
    title: 'There is no such explanation',
    hint: 'GET /api/v1/explanations lists them.',
  },
  'explanations/no-rows': {
    status: 422,
    title: 'There are no rows to hold the model against',
    hint: 'Name a dataset version that has the columns of the model: "datasetVersionId" of a request, --on of the command.',
  },
  'explanations/too-heavy': {
    status: 422,
    title: 'The model is too heavy to be explained while one waits',
    hint: 'Explain it as a whole with POST /api/v1/explanations, which runs as a job.',
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
  'data-schemas/not-found': {
    status: 404,
    title: 'There is no such schema',
    hint: 'GET /api/v1/datasets/{dataset}/schemas lists those of a dataset; "assay schema infer" proposes one.',
  },
  'data-schemas/invalid': {
    status: 422,
    title: 'The schema cannot be checked as it is',
    hint: 'Correct each entry listed under "problems".',
  },
  'data-schemas/unreadable': {
    status: 422,
    title: 'The document is no schema that Assay knows',
    hint: 'Send a JSON Schema of objects, a Frictionless Table Schema or a schema of Assay.',
  },
  'data-validations/not-found': {
    status: 404,
    title: 'There is no such check of data',
    hint: 'GET /api/v1/data-validations lists them.',
  },
  'data-validations/no-rows': {
    status: 422,
    title: 'There are no rows to show of this rule',
    hint: 'Rules about counts and figures have none, and a refused import kept only the rows in its report.',
  },
  'data-validations/refused': {
    status: 422,
    title: 'The rows break the schema of the dataset, so nothing was imported',
    hint: 'The report lists the rows. Correct the file or the schema, or let imports go through: "onImport": "report".',
  },
  'data-validations/not-passed': {
    status: 409,
    title: 'The data have not passed the check that trainings on them ask for',
    hint: 'Check the version (POST /api/v1/data-validations) and correct what fails, or set "onTraining" to "warn".',
  },
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
  'uploads/not-found': {
    status: 404,
    title: 'There is no such upload',
    hint: 'Uploads are kept for a day; send the file again.',
  },
  'connections/not-found': {
    status: 404,
    title: 'There is no such connection',
    hint: 'GET /api/v1/connections lists them; "assay connections add" sets one up.',
  },
  'connections/name-taken': {
    status: 409,
    title: 'There is a connection of this name already',
    hint: 'Change that one, or choose another name.',
  },
  'connections/unknown-kind': {
    status: 422,
    title: 'There is no such kind of connection',
    hint: 'GET /api/v1/connection-kinds lists them.',
  },
  'connections/bad-config': {
    status: 422,
    title: 'The settings of the connection are not valid',
    hint: 'Correct each entry listed under "problems"; GET /api/v1/connection-kinds has the schema.',
  },
  'dvc/bad-file': {
    status: 422,
    title: 'A file of DVC cannot be used',
    hint: 'Correct each entry listed under "problems", or let DVC write the file again.',
  },
  'dvc/content-missing': {
    status: 404,
    title: 'The content that DVC names is nowhere',
    hint: 'Bring it here with "dvc pull", or name the remote that has it.',
  },
  'dvc/mismatch': {
    status: 422,
    title: 'There is other content than DVC names',
    hint: 'See "problems" for what was found where. "dvc checkout" restores a file from the cache, "dvc add" takes it as it is now.',
  },
  'dvc/not-a-repository': {
    status: 422,
    title: 'The folder is no repository of DVC',
    hint: 'Make it one with "dvc init".',
  },
  'dvc/would-overwrite': {
    status: 409,
    title: 'A file is there that DVC would lose',
    hint: 'Commit it with DVC first, choose another name, or export with force.',
  },
  'sources/unreachable': {
    status: 503,
    title: 'The source cannot be reached',
    hint: 'Test the connection: it says where the way ends.',
  },
  'sources/unauthorized': {
    status: 422,
    title: 'The source refuses the credentials',
    hint: 'Enter them again in the connection, and check that they may read there.',
  },
  'sources/refused': {
    status: 422,
    title: 'The source refused the request',
    hint: 'See "detail" for its answer.',
  },
  'bundles/unreadable': {
    status: 422,
    title: 'This is no bundle that can be opened',
    hint: 'Give a bundle as "assay export --format bundle" writes it: a ZIP archive, or the folder unpacked from one.',
  },
  'bundles/not-genuine': {
    status: 422,
    title: 'The bundle does not pass verification',
    hint: 'Correct nothing by hand: get it again from whoever made it. "assay verify bundle" lists every check.',
  },
  'bundles/version-differs': {
    status: 409,
    title: 'Another model is registered under this version',
    hint: 'Versions are never overwritten: import the bundle under another name.',
  },
  'keys/not-found': {
    status: 404,
    title: 'There is no such key',
    hint: '"assay keys list" lists the keys.',
  },
  'keys/in-use': {
    status: 409,
    title: 'The workspace signs with this key',
    hint: 'Replace it first: "assay keys rotate".',
  },
  'keys/invalid': {
    status: 422,
    title: 'This is no public key for signatures of bundles',
    hint: 'Give an Ed25519 public key as PEM: what "assay keys export" writes.',
  },
  'deployments/bad-document': {
    status: 422,
    title: 'The deployment document is not valid',
    hint: 'Correct each entry listed under "problems"; GET …/deployment gives a document to begin with and its schema.',
  },
  'deployments/no-such-environment': {
    status: 422,
    title: 'The deployment document has no such environment',
    hint: 'Name one that stands under "environments" in the document, or none.',
  },
  'export/target-exists': {
    status: 409,
    title: 'The target folder is not empty',
    hint: 'Choose another folder, or pass overwrite.',
  },
  'export/no-server': {
    status: 501,
    title: 'This installation cannot write the server',
    hint: 'Build it with "npm run build", or export without the server.',
  },
  'export/not-writable': {
    status: 422,
    title: 'The target folder cannot be written',
    hint: 'Check the path and its permissions, or choose another folder.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong in the engine',
    hint: 'The log of the engine has the details under the given request id. Nothing that was acknowledged is lost.',
  },
});

export type ErrorCode = keyof typeof errorTable;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}
