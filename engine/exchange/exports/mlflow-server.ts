import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { MlflowCredentials, RealNumber } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { ExportedRun, RunExporter, Skip } from './exported-run.ts';

/** What MLflow takes in one request, and how long its texts may be. */
const limits = { metrics: 1000, entries: 100, param: 6000, tag: 5000, datasetDigest: 36 };
/** The run that a copy was made from; by this a second export finds what is there. */
const originTag = 'assay.run_id';
/** Set last: a copy without it was cut in the middle, and is sent again into the same run. */
const completeTag = 'assay.export_complete';

const ExperimentId = z.object({ experiment_id: z.string() });
const FoundExperiment = z.object({ experiment: ExperimentId });
const RunInfo = z.object({ info: z.object({ run_id: z.string(), artifact_uri: z.string().default('') }) });
const CreatedRun = z.object({ run: RunInfo });
const FoundRun = RunInfo.extend({
  data: z.object({ tags: z.array(z.object({ key: z.string() })).default([]) }).default({ tags: [] }),
});
const FoundRuns = z.object({ runs: z.array(FoundRun).default([]) });
const Fault = z.object({ error_code: z.string().default(''), message: z.string().default('') });

/**
 * Sends runs to an MLflow server over its REST API. The server gives them ids of its own; a run that was sent before is found
 * by its tag and left as it is, or finished when it was cut in the middle.
 *
 * Errors: run-exports/refused, run-exports/unreachable, and the reason of `signal` once it is aborted.
 */
export function createMlflowSender(
  baseUrl: string,
  credentials: MlflowCredentials | null,
  skip: Skip,
  signal: AbortSignal,
): RunExporter {
  const server = createServerCalls(baseUrl.replace(/\/+$/, ''), credentials, signal);
  const experiments = new Map<string, string>();
  const sentIds = new Map<string, string>();

  const experimentNamed = async (name: string): Promise<string> => {
    const known = experiments.get(name);
    if (known !== undefined) return known;
    const query = new URLSearchParams({ experiment_name: name });
    const found = await server.call(
      'GET',
      `experiments/get-by-name?${query}`,
      undefined,
      'RESOURCE_DOES_NOT_EXIST',
    );
    const id =
      found === null
        ? ExperimentId.parse(await server.call('POST', 'experiments/create', { name })).experiment_id
        : FoundExperiment.parse(found).experiment.experiment_id;
    experiments.set(name, id);
    return id;
  };

  const logMetrics = async (runId: string, each: ExportedRun): Promise<void> => {
    for (const key of Object.keys(each.run.metrics)) {
      for await (const { steps, timestampsMs, values } of each.history(key)) {
        for (let from = 0; from < values.length; from += limits.metrics) {
          const metrics = values.slice(from, from + limits.metrics).map((value, i) => ({
            key,
            value: value satisfies RealNumber,
            timestamp: timestampsMs[from + i],
            step: steps[from + i],
          }));
          await server.call('POST', 'runs/log-batch', { run_id: runId, metrics });
        }
      }
    }
  };

  const sendFiles = async (each: ExportedRun, artifactUri: string): Promise<number> => {
    const files = await each.files();
    const [, root] = /^mlflow-artifacts:\/*(?:[^/]*:\d+\/)?(.*)$/.exec(artifactUri) ?? [];
    if (root === undefined) {
      if (files.length > 0)
        skip(`the server keeps files at ${artifactUri.split(':')[0]}: and takes none itself`, each.run.name);
      return 0;
    }
    for (const { path } of files) await server.put(`${root}/${path}`, await each.download(path));
    return files.length;
  };

  const createRun = async ({ run }: ExportedRun, experimentId: string, tags: Record<string, string>) =>
    CreatedRun.parse(
      await server.call('POST', 'runs/create', {
        experiment_id: experimentId,
        run_name: run.name,
        user_id: run.user,
        start_time: run.startedAtMs,
        tags: entries(tags, limits.tag),
      }),
    ).run;

  const logInputs = async (runId: string, { run }: ExportedRun): Promise<void> => {
    if (run.inputs.length === 0) return;
    const datasets = run.inputs.map(({ name, digest, context, datasetVersionId }) => ({
      tags: [{ key: 'mlflow.data.context', value: context }],
      dataset: {
        name,
        digest: digest.replace(/^sha256:/, '').slice(0, limits.datasetDigest),
        source_type: 'assay',
        source: JSON.stringify({ digest, datasetVersionId }),
      },
    }));
    await server.call('POST', 'runs/log-inputs', { run_id: runId, datasets });
  };

  return async (each) => {
    const { run } = each;
    const experimentId = await experimentNamed(each.experiment.name);
    const found = FoundRuns.parse(
      await server.call('POST', 'runs/search', {
        experiment_ids: [experimentId],
        filter: `tags.\`${originTag}\` = '${run.id}'`,
        max_results: 1,
      }),
    ).runs[0];
    if (found?.data.tags.some(({ key }) => key === completeTag)) {
      sentIds.set(run.id, found.info.run_id);
      return null;
    }
    const { 'mlflow.parentRunId': parentId, ...tags } = each.tags;
    const parent = parentId === undefined ? {} : { 'mlflow.parentRunId': sentIds.get(parentId) ?? parentId };
    const { info } = found ?? (await createRun(each, experimentId, { ...parent, [originTag]: run.id }));
    const runId = info.run_id;
    sentIds.set(run.id, runId);
    for (const params of batches(entries(run.params, limits.param)))
      await server.call('POST', 'runs/log-batch', { run_id: runId, params });
    for (const some of batches(entries(tags, limits.tag)))
      await server.call('POST', 'runs/log-batch', { run_id: runId, tags: some });
    await logInputs(runId, each);
    await logMetrics(runId, each);
    const files = await sendFiles(each, info.artifact_uri);
    await server.call('POST', 'runs/update', {
      run_id: runId,
      status: run.status.toUpperCase(),
      ...(run.endedAtMs === null ? {} : { end_time: run.endedAtMs }),
    });
    await server.call('POST', 'runs/set-tag', { run_id: runId, key: completeTag, value: 'true' });
    return files;
  };
}

function createServerCalls(baseUrl: string, credentials: MlflowCredentials | null, signal: AbortSignal) {
  const headers = authorization(credentials);

  const send = async (url: string, init: RequestInit): Promise<Response> => {
    try {
      return await fetch(url, { ...init, signal });
    } catch (thrown) {
      signal.throwIfAborted();
      const cause =
        thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : String(thrown);
      throw new AssayError('run-exports/unreachable', `${baseUrl} cannot be reached: ${cause}`);
    }
  };

  return {
    /** The answer as JSON; null for the error that is expected. */
    async call(method: 'GET' | 'POST', path: string, body?: object, expected?: string): Promise<unknown> {
      const response = await send(`${baseUrl}/api/2.0/mlflow/${path}`, {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.ok) return answerOf(baseUrl, text);
      const fault = Fault.safeParse(jsonOf(text));
      if (expected !== undefined && fault.data?.error_code === expected) return null;
      throw refused(path.split('?')[0] ?? path, response.status, fault.data?.message ?? text.slice(0, 300));
    },
    async put(path: string, body: ReadableStream<Uint8Array>): Promise<void> {
      const address = path.split('/').map(encodeURIComponent).join('/');
      // MLflow stores a body without a length as an empty file, so it is sent whole.
      const bytes = await new Response(body).arrayBuffer();
      const response = await send(`${baseUrl}/api/2.0/mlflow-artifacts/artifacts/${address}`, {
        method: 'PUT',
        headers: { ...headers, 'content-type': 'application/octet-stream' },
        body: bytes,
      });
      if (!response.ok)
        throw refused(`the file ${path}`, response.status, (await response.text()).slice(0, 300));
      await response.body?.cancel();
    },
  };
}

function authorization(credentials: MlflowCredentials | null): Record<string, string> {
  if (credentials === null) return {};
  if (credentials.kind === 'token') return { authorization: `Bearer ${credentials.token}` };
  const { username, password } = credentials;
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

/** A page that is no JSON comes from another kind of server, or from a proxy that asks people to sign in. */
function answerOf(baseUrl: string, text: string): unknown {
  const answer = text === '' ? {} : jsonOf(text);
  if (answer === undefined)
    throw new AssayError('run-exports/refused', `${baseUrl} does not answer as an MLflow server does.`);
  return answer;
}

/** What a server may grant at another time is worth another try. */
function refused(what: string, status: number, message: string): AssayError {
  const isPassing = status >= 500 || status === 408 || status === 429;
  const said = message === '' ? '' : `: ${message}`;
  return new AssayError(
    isPassing ? 'run-exports/unreachable' : 'run-exports/refused',
    `${what} was answered with ${status}${said}`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function entries(texts: Record<string, string>, maxLength: number): { key: string; value: string }[] {
  return Object.entries(texts).map(([key, value]) => ({ key, value: value.slice(0, maxLength) }));
}

function batches<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / limits.entries);
  return Array.from({ length: count }, (_, i) => items.slice(i * limits.entries, (i + 1) * limits.entries));
}
