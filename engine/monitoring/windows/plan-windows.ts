import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DriftWindow, ModelVersion, Signature } from '../../../local-api/contract/index.ts';
import { Recipe } from '../../../local-api/contract/index.ts';
import type { ArtifactStore } from '../../artifacts/index.ts';
import type { DataService } from '../../data/index.ts';
import { quoteIdentifier } from '../../duckdb/index.ts';
import { AssayError } from '../../errors.ts';
import { type OnnxVersion, withOnnx } from '../../onnx/index.ts';
import type { EndpointService, LoggedSelection } from '../../serving/index.ts';
import type { TrackingService } from '../../tracking/index.ts';
import { runFiles } from '../../training/index.ts';
import type { PlannedWindow, WindowSource } from './window-source.ts';

export type WindowRooms = {
  data: Pick<DataService, 'getVersion' | 'listVersions' | 'snapshotFiles' | 'checkExpression'>;
  models: { resolve(ref: string): Promise<ModelVersion> };
  endpoints: Pick<EndpointService, 'summarise' | 'logged' | 'get'>;
  tracking: Pick<TrackingService, 'findArtifact'>;
  artifacts: Pick<ArtifactStore, 'read'>;
  /** Logged requests are put there for the time of a job. */
  tmpDir: string;
};

export type PlannedPair = {
  reference: PlannedWindow;
  current: PlannedWindow;
  model: OnnxVersion | null;
  /** Why the answers of no model are known. */
  modelNote: string;
};

type Asked = {
  reference: DriftWindow;
  current: DriftWindow;
  model?: string | undefined;
  target?: string | undefined;
};

/** Requests that a window takes when it does not say how many. */
const MOST_REQUESTS = 200_000;

/**
 * Finds the rows of both windows and the model that they are about: the one named, else that of a baseline, else which answered
 * most of the requests. With `folder` logged requests are written there; without, they are only counted.
 *
 * Errors: datasets/version-not-found, datasets/bad-expression, models/*, endpoints/not-found, drift-reports/no-baseline,
 * drift-reports/no-requests, request/invalid.
 */
export async function planWindows(
  rooms: WindowRooms,
  asked: Asked,
  folder: string | null,
): Promise<PlannedPair> {
  const found = await findModel(rooms, asked);
  const plan = (side: 'reference' | 'current') =>
    planWindow(rooms, asked[side], {
      model: found.model,
      target: asked.target,
      side,
      path: folder === null ? null : join(folder, `${side}.jsonl`),
    });
  if (folder !== null) await mkdir(folder, { recursive: true });
  return { reference: await plan('reference'), current: await plan('current'), ...found };
}

async function findModel(
  rooms: WindowRooms,
  { reference, current, model }: Asked,
): Promise<Pick<PlannedPair, 'model' | 'modelNote'>> {
  const windows = [reference, current];
  const named =
    model ?? windows.flatMap((w) => (w.kind === 'baseline' && w.model !== undefined ? [w.model] : []))[0];
  const ref = named ?? (await answeredBy(rooms, windows));
  if (ref === null) {
    return { model: null, modelNote: 'No model is named: name one to compare what it answers.' };
  }
  const version = await rooms.models.resolve(ref);
  try {
    return { model: withOnnx(version), modelNote: '' };
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || model !== undefined) throw thrown;
    return { model: null, modelNote: `${ref} cannot be run here: ${thrown.message}` };
  }
}

/** The version that answered most requests of the first window of requests. */
async function answeredBy(rooms: WindowRooms, windows: readonly DriftWindow[]): Promise<string | null> {
  for (const window of windows) {
    if (window.kind !== 'requests') continue;
    const summary = await rooms.endpoints.summarise(selectionOf(window));
    if (summary === null) throw noRequests(window);
    return `${summary.model}/${summary.version}`;
  }
  return null;
}

type Planning = {
  model: OnnxVersion | null;
  target: string | undefined;
  side: 'reference' | 'current';
  path: string | null;
};

async function planWindow(
  rooms: WindowRooms,
  window: DriftWindow,
  planning: Planning,
): Promise<PlannedWindow> {
  switch (window.kind) {
    case 'version':
      return planVersion(rooms, window, window.versionId, planning);
    case 'baseline':
      return planBaseline(rooms, window, planning);
    case 'requests':
      return planRequests(rooms, window, planning);
  }
}

async function planVersion(
  rooms: WindowRooms,
  window: DriftWindow,
  versionId: string,
  { model, target }: Planning,
): Promise<PlannedWindow> {
  const { data } = rooms;
  const { dataset, version, columns, rows } = await data.getVersion(versionId);
  if (window.slice !== undefined) await data.checkExpression(versionId, window.slice);
  const notes: string[] =
    window.kind === 'version' && model?.datasetVersionId === versionId ? [learntFrom(nameOf(model))] : [];
  const targetSql = await targetOf(rooms, versionId, model, target, notes);
  return {
    window,
    name: `${dataset} v${version}${sliceName(window)}`,
    versionId,
    model: null,
    columns: columns.map(({ name, type }) => ({ name, type })),
    source: {
      kind: 'files',
      files: await data.snapshotFiles(versionId),
      rows,
      ...targetSql,
    },
    notes,
  };
}

/** The truth in a dataset version: the column named, or what the model was taught. */
async function targetOf(
  rooms: WindowRooms,
  versionId: string,
  model: OnnxVersion | null,
  target: string | undefined,
  notes: string[],
): Promise<{ targetSql: string | null; isNumber: boolean }> {
  const { columns } = await rooms.data.getVersion(versionId);
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const isNumber = (name: string) =>
    model === null ? ['integer', 'float'].includes(types.get(name) ?? '') : model.signature.classes === null;
  if (target !== undefined) {
    if (!types.has(target)) notes.push(`It has no column "${target}".`);
    return types.has(target)
      ? { targetSql: quoteIdentifier(target), isNumber: isNumber(target) }
      : { targetSql: null, isNumber: false };
  }
  if (model === null) return { targetSql: null, isNumber: false };
  const recipe = await recipeOf(rooms, model);
  const taught = recipe?.target ?? { column: model.signature.target };
  if ('column' in taught) {
    return types.has(taught.column)
      ? { targetSql: quoteIdentifier(taught.column), isNumber: isNumber(taught.column) }
      : { targetSql: null, isNumber: false };
  }
  try {
    await rooms.data.checkExpression(versionId, taught.expression);
    return { targetSql: `(${taught.expression}\n)`, isNumber: model.signature.classes === null };
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    notes.push(`The target of ${nameOf(model)} cannot be worked out of it: ${thrown.message}`);
    return { targetSql: null, isNumber: false };
  }
}

async function recipeOf(
  { tracking, artifacts }: Pick<WindowRooms, 'tracking' | 'artifacts'>,
  { runId }: OnnxVersion,
): Promise<Recipe | null> {
  const digest = await runFile(tracking, runId, runFiles.recipe);
  if (digest === null) return null;
  const parsed = Recipe.safeParse(JSON.parse((await artifacts.read(digest)).toString('utf8')));
  return parsed.success ? parsed.data : null;
}

/** Digest of a file of a run; null when it is not there. Runs can be deleted. */
async function runFile(
  tracking: WindowRooms['tracking'],
  runId: string | null,
  path: string,
): Promise<string | null> {
  if (runId === null) return null;
  try {
    return (await tracking.findArtifact(runId, path)).digest;
  } catch (thrown) {
    if (thrown instanceof AssayError && /\/not-found$/.test(thrown.code)) return null;
    throw thrown;
  }
}

async function planBaseline(
  rooms: WindowRooms,
  window: Extract<DriftWindow, { kind: 'baseline' }>,
  planning: Planning,
): Promise<PlannedWindow> {
  const model =
    window.model === undefined ? planning.model : withOnnx(await rooms.models.resolve(window.model));
  if (model === null) {
    const message = 'a baseline needs a model: name one, or compare it with requests';
    throw new AssayError('request/invalid', message, {
      problems: [{ path: `/${planning.side}/model`, message }],
    });
  }
  const { datasetVersionId } = model;
  if (window.part === 'training') {
    if (datasetVersionId === null) {
      throw new AssayError(
        'drift-reports/no-baseline',
        `It is not known what ${nameOf(model)} was trained on.`,
      );
    }
    const planned = await planVersion(rooms, window, datasetVersionId, { ...planning, model });
    return {
      ...planned,
      name: `training data of ${nameOf(model)} (${planned.name})`,
      model: nameOf(model),
      notes: [...planned.notes, learntFrom(nameOf(model))],
    };
  }
  const digest = await runFile(rooms.tracking, model.runId, runFiles.predictions);
  if (digest === null) {
    throw new AssayError('drift-reports/no-baseline', `The training of ${nameOf(model)} kept no test rows.`);
  }
  return {
    window,
    name: `test rows of ${nameOf(model)}${sliceName(window)}`,
    versionId: datasetVersionId,
    model: nameOf(model),
    columns: model.signature.inputs.map(({ name, type }) => ({ name, type })),
    source: {
      kind: 'predictions',
      file: await rooms.artifacts.read(digest),
      isNumber: model.signature.classes === null,
    },
    notes: [],
  };
}

async function planRequests(
  rooms: WindowRooms,
  window: Extract<DriftWindow, { kind: 'requests' }>,
  { model, path }: Planning,
): Promise<PlannedWindow> {
  const selection = selectionOf(window);
  const summary = await rooms.endpoints.summarise(selection);
  if (summary === null) throw noRequests(window);
  const answering = `${summary.model}/${summary.version}`;
  const signature =
    model !== null && nameOf(model) === answering
      ? model.signature
      : withOnnx(await rooms.models.resolve(answering)).signature;
  const limit = window.last ?? MOST_REQUESTS;
  if (path !== null) await pipeline(Readable.from(lines(rooms, selection, limit)), createWriteStream(path));
  const requests = Math.min(summary.requests, limit);
  const notes =
    window.last === undefined && summary.requests > limit
      ? [
          `Only the newest ${limit.toLocaleString('en')} of ${summary.requests.toLocaleString('en')} requests are read.`,
        ]
      : [];
  return {
    window,
    name: requestsName(window, requests),
    versionId: null,
    model: answering,
    columns: signature.inputs.map(({ name, type }) => ({ name, type })),
    source: requestSource(path ?? '', signature),
    notes,
  };
}

function learntFrom(model: string): string {
  return `${model} learnt from rows of it: it looks better on them than it is. Its test rows (a baseline) are fair.`;
}

async function* lines(rooms: WindowRooms, selection: LoggedSelection, limit: number): AsyncGenerator<string> {
  for await (const line of rooms.endpoints.logged(selection, limit)) yield `${JSON.stringify(line)}\n`;
}

function requestSource(path: string, { inputs, classes }: Signature): WindowSource {
  return { kind: 'requests', path, inputs, isNumber: classes === null };
}

function selectionOf({
  endpoint,
  model,
  version,
  arm,
  fromMs,
  toMs,
}: Extract<DriftWindow, { kind: 'requests' }>): LoggedSelection {
  return { endpoint, model, version, arm, fromMs, toMs };
}

function noRequests({ endpoint, model }: Extract<DriftWindow, { kind: 'requests' }>): AssayError {
  return new AssayError(
    'drift-reports/no-requests',
    `No request of ${endpoint ?? model ?? ''} was logged in this window.`,
  );
}

function requestsName(window: Extract<DriftWindow, { kind: 'requests' }>, requests: number): string {
  const { endpoint, model, version, arm, last, fromMs, toMs } = window;
  const of = [endpoint ?? model, version, arm === undefined ? undefined : `arm ${arm}`]
    .filter((part) => part !== undefined)
    .join(' ');
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  const time = [
    ...(fromMs === undefined ? [] : [`from ${day(fromMs)}`]),
    ...(toMs === undefined ? [] : [`to ${day(toMs)}`]),
  ].join(' ');
  const which = last === undefined ? 'requests' : `last ${requests.toLocaleString('en')} requests`;
  return `${which} of ${of}${time === '' ? '' : ` ${time}`}${sliceName(window)}`;
}

function sliceName({ slice }: DriftWindow): string {
  return slice === undefined ? '' : ` where ${slice}`;
}

function nameOf({ model, version }: Pick<ModelVersion, 'model' | 'version'>): string {
  return `${model}/${version}`;
}
