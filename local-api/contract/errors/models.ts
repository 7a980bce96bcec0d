import { errors } from './error-entry.ts';

/** Models: training, versions, releases, bundles and what explains them. */
export const modelErrors = errors({
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
});
