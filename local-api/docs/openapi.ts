import type { z } from 'zod';
import {
  api,
  type Endpoint,
  EngineEvent,
  type ErrorCode,
  errorTable,
  ProblemDetails,
} from '../contract/index.ts';
import { hasReferences } from '../routes/resolve-references.ts';
import { type JsonSchema, SchemaCollector } from './json-schemas.ts';

export type OpenApiDocument = {
  openapi: string;
  info: Record<string, unknown>;
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  security: Record<string, string[]>[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, JsonSchema>;
    securitySchemes: Record<string, JsonSchema>;
  };
};
type Operation = Record<string, unknown> & { operationId: string };

/** Codes that any endpoint behind the sign-in can answer with. */
const commonCodes: ErrorCode[] = [
  'access/token-required',
  'access/foreign-host',
  'access/foreign-origin',
  'request/timeout',
  'internal',
];

const tags: Record<keyof typeof api, string> = {
  workspace: 'The open workspace, search, and the sample loop',
  datasets: 'Tables imported as immutable versions, with profile',
  datasetRemotes: 'Versions of datasets sent to and fetched from folders and buckets',
  dataExports: 'Rows as a file: versions of datasets, predictions, differences',
  datasetDiffs: 'What changed between two versions of a dataset',
  datasetVersions: 'Versions of datasets: names, notes, differences, what was deleted',
  datasetProfiles:
    'Profiles: what a dataset version looks like, what to look at first, and how its columns go together.',
  uploads: 'Files sent to be imported',
  dvc: 'Repositories of DVC: what they keep, and versions of datasets as files of theirs',
  connections: 'Databases, services and buckets that rows come from',
  dataSchemas: 'What the rows of a dataset must be like',
  dataValidations: 'Checks of dataset versions by a schema',
  transforms: 'Transforms: datasets made from datasets',
  lineage: 'What came of what',
  experiments: 'Groups of runs',
  runs: 'What was trained or logged: params, metrics, tags, artifacts',
  runGroups: 'Runs by what they have in common',
  runTags: 'Tags of many runs at once',
  runExports: 'Runs as files, and runs for MLflow',
  comparison: 'Whether differences between runs are real, and which params matter',
  runControl: 'Stopping runs that are under way',
  runObjects: 'Images, figures, tables … of runs; files of runs as tables and ZIP files',
  runLineage: 'Where a run comes from and what came of it',
  reproduction: 'Making runs again, and whether they come to the same',
  runImports: 'Taking over the runs of other trackers',
  traces: 'Traces that applications send, with their spans',
  views: 'Settings of the tables of runs, under a name',
  training: 'Training models from recipes',
  studies: 'Trials and folds of runs, the best first.',
  models: 'Registered models, versions and aliases',
  modelCards: 'Model cards by field',
  releases: 'Environments of models: promotions, gates, rollbacks, deprecations and their history',
  versionComparison: 'Versions of a model held against each other',
  modelImports: 'Models that were made elsewhere, taken over as ONNX',
  bundles: 'Model versions as signed archives: check one, take one in',
  keys: 'Keys that bundles are signed and verified with',
  deployments: 'Files that run a version on a cluster or a machine',
  predictions: 'Answers of registered models',
  batchPredictions: 'Predictions for whole tables, as files',
  asyncPredictions: 'Predictions that are accepted now and answered later',
  schedules: 'Work that starts by itself, at times given as a cron expression',
  endpoints: 'Stable names that route to versions: A/B tests, canaries, shadows, blue and green',
  targets: 'Places that models are pushed to and pulled from',
  pushes: 'What was pushed where, with receipts',
  driftReports: 'Comparisons of two windows of data',
  driftSeries: 'Each part of a window of data against a reference',
  monitors: 'What is looked at again and again, and the rules that raise alerts',
  monitorAlerts: 'Rules of monitors that were broken',
  reportExports: 'Reports as files',
  explanations: 'Why models answer as they do: importance, Shapley values and effects of the inputs.',
  jobs: 'Everything that takes longer than a request',
  events: 'What happens, as it happens',
  webhooks: 'Addresses that are told of changes of the model registry',
  settings: 'Settings of the workspace',
};

/** The OpenAPI 3.1 document of the contract. The same contract gives the same document, byte for byte. */
export function buildOpenApi(): OpenApiDocument {
  const collector = new SchemaCollector();
  const paths: OpenApiDocument['paths'] = {};
  for (const [group, endpoints] of Object.entries(api)) {
    for (const endpoint of Object.values(endpoints) as Endpoint[]) {
      const path = endpoint.path.replace('+}', '}');
      paths[path] = {
        ...paths[path],
        [endpoint.method.toLowerCase()]: operationOf(endpoint, group, collector),
      };
    }
  }
  collector.schema(EngineEvent, 'output');
  collector.schema(ProblemDetails, 'output');
  return {
    openapi: '3.1.1',
    info: {
      title: 'Assay local API',
      version: '1',
      description:
        'Everything that the workbench does, over HTTP on this machine. Errors are RFC 9457 problem details; their codes are listed at [/docs/errors](/docs/errors). Lists take `filter`, `sort`, `fields`, `limit` and `cursor`. What takes longer than a request is a job: watch it by its id, or by the stream of events.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: collector.components(),
      responses: Object.fromEntries(
        [...byStatus(commonCodes)].map(([status, codes]) => [`Problem${status}`, problemResponse(codes)]),
      ),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'The text in the file `token` of the workspace folder',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'assay_session_4890',
          description: 'Set by opening the address that is printed at start. The number is the port.',
        },
      },
    },
  };
}

function operationOf(endpoint: Endpoint, group: string, collector: SchemaCollector): Operation {
  const operation: Operation = {
    operationId: endpoint.id,
    tags: [group],
    summary: endpoint.summary,
  };
  if (endpoint.description) operation.description = endpoint.description;
  const parameters = [
    ...parametersOf(endpoint, 'path', endpoint.params, collector),
    ...parametersOf(endpoint, 'query', endpoint.query, collector),
  ];
  if (parameters.length > 0) operation.parameters = parameters;
  if (endpoint.body) operation.requestBody = requestBodyOf(endpoint, endpoint.body, collector);
  if (endpoint.path === api.workspace.health.path) operation.security = [];
  operation.responses = { ...successOf(endpoint, collector), ...problemsOf(endpoint) };
  return operation;
}

function parametersOf(
  endpoint: Endpoint,
  place: 'path' | 'query',
  schema: z.ZodObject | undefined,
  collector: SchemaCollector,
): JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = collector.schema(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property;
    const takesRest = endpoint.path.includes(`{${name}+}`);
    const example = (place === 'path' ? endpoint.example?.params : endpoint.example?.query)?.[name];
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(takesRest
        ? { description: 'The rest of the path; it may have slashes' }
        : description
          ? { description }
          : {}),
      schema: rest,
      ...(example === undefined ? {} : { example }),
    };
  });
}

function requestBodyOf(
  endpoint: Endpoint,
  body: z.ZodType | 'bytes',
  collector: SchemaCollector,
): JsonSchema {
  if (body === 'bytes') return { required: true, content: { 'application/octet-stream': { schema: {} } } };
  const example = endpoint.example?.body;
  return {
    required: true,
    content: {
      'application/json': {
        schema: collector.schema(body, 'input'),
        ...(example === undefined ? {} : { example }),
      },
    },
  };
}

function successOf(endpoint: Endpoint, collector: SchemaCollector): Record<string, JsonSchema> {
  const { response } = endpoint;
  const status = String(endpoint.status ?? 200);
  if (response === 'none') return { [status]: { description: 'Done' } };
  if (response === 'bytes') {
    const content = { 'application/octet-stream': { schema: {} } };
    return {
      [status]: { description: 'The bytes; Range, If-Range and If-None-Match are honoured', content },
      206: { description: 'The range of bytes that was asked for', content },
      304: { description: 'The client has these bytes' },
    };
  }
  if (response === 'events') {
    return {
      [status]: {
        description:
          'A stream of Server-Sent Events; each `data` has `atMs` and the `data` of an EngineEvent',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
    };
  }
  const description =
    status === '202' ? 'Accepted: the job that does it' : status === '201' ? 'Made' : 'The answer';
  return {
    [status]: {
      description,
      content: { 'application/json': { schema: collector.schema(response, 'output') } },
    },
  };
}

/** One response a status, naming the codes that come with it; those that any endpoint can give are shared. */
function problemsOf(endpoint: Endpoint): Record<string, JsonSchema> {
  const isOpen = endpoint.path === api.workspace.health.path;
  const own = byStatus([...(endpoint.errors ?? []), ...ownCodes(endpoint)]);
  const responses: Record<string, JsonSchema> = {};
  if (!isOpen) {
    for (const status of byStatus(commonCodes).keys()) responses[status] = { $ref: sharedResponse(status) };
  }
  for (const [status, codes] of own) {
    const shared = isOpen ? [] : (byStatus(commonCodes).get(status) ?? []);
    responses[status] = problemResponse([...codes, ...shared]);
  }
  return responses;
}

function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  return Map.groupBy(new Set(codes), (code) => errorTable[code].status);
}

function sharedResponse(status: number): string {
  return `#/components/responses/Problem${status}`;
}

function problemResponse(codes: readonly ErrorCode[]): JsonSchema {
  return {
    description: codes.map((code) => `\`${code}\`: ${errorTable[code].title}`).join('\n\n'),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } },
  };
}

/** Codes that follow from what an endpoint takes. */
function ownCodes(endpoint: Endpoint): ErrorCode[] {
  const isOpen = endpoint.path === api.workspace.health.path;
  const codes: ErrorCode[] = isOpen ? ['access/foreign-host'] : [];
  if (endpoint.params || endpoint.query || endpoint.body) codes.push('request/invalid');
  if (endpoint.body) codes.push('request/too-large', 'request/unsupported-media-type', 'request/malformed');
  if (endpoint.query && 'filter' in endpoint.query.shape) codes.push('request/bad-filter');
  if (endpoint.query && 'cursor' in endpoint.query.shape) codes.push('request/bad-cursor');
  if (endpoint.response === 'bytes') codes.push('request/range-not-satisfiable');
  if (hasReferences(endpoint)) codes.push('datasets/not-found', 'datasets/version-not-found');
  return codes;
}
