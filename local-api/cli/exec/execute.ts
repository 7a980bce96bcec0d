import { controlTags } from '../../../engine/run-control/index.ts';
import {
  commandLine,
  createSystemSampler,
  diffFile,
  environmentTags,
  factFiles,
  type GitState,
  gitTags,
  readEnvironment,
  readGitState,
  userName,
  withoutSecretArguments,
} from '../../../engine/run-facts/index.ts';
import type { Client } from '../../client/index.ts';
import type { Run, RunStatus } from '../../contract/index.ts';
import type { Connection } from '../connect.ts';
import { createOutputLog } from './output-log.ts';
import { keepUploaded, logQuietly, repeat } from './run-log.ts';
import { type Ending, type SupervisedProcess, startSupervised } from './supervised-process.ts';

const heartbeatMs = 2000;
const usualGraceMs = 10_000;

export type NewRun = { experimentId: string; name: string | undefined; tags: Record<string, string> };

export type Execution = {
  connection: Connection;
  /** Finds the engine again when it was started anew. */
  reconnect(): Promise<Client | null>;
  dir: string;
  command: readonly string[];
  /** The run to fill, or what a new one is to be. */
  run: Run | NewRun;
  environment: NodeJS.ProcessEnv;
  cwd: string;
  /** Between interrupt, terminate and kill; ten seconds when left out. */
  graceMs?: number;
  /** Stops the command, as a signal to this process does. */
  stopSignal?: AbortSignal;
  /** Without a session of its own: whoever ends the group of this process ends the command too. */
  staysInGroup?: boolean;
  onStart(run: Run): void;
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void;
  /** Something could not be recorded; the command goes on. */
  onTrouble(text: string): void;
};

export type Executed = { run: Run; exitCode: number };

/**
 * Runs a command as a tracked run: the facts about code and machine at its start, its output and the load of the system
 * while it goes on, its exit code at the end. What `mlflow` in the command logs goes into the same run.
 *
 * Errors: those of creating a run; what the system says when the program cannot be started, with the run marked failed.
 */
export async function execute(execution: Execution): Promise<Executed> {
  const { connection, command } = execution;
  let { client } = connection;
  const git = await readGitState(execution.cwd);
  const run = 'id' in execution.run ? execution.run : await createRun(execution, execution.run, git);
  const params = { runId: run.id };
  const log = createOutputLog();
  let child: SupervisedProcess;
  try {
    child = await startSupervised({
      command,
      environment: environmentOf(execution, run),
      cwd: execution.cwd,
      graceMs: execution.graceMs ?? usualGraceMs,
      staysInGroup: execution.staysInGroup ?? false,
      onOutput(stream, chunk) {
        log.add(chunk);
        execution.onOutput(stream, chunk);
      },
    });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    await logQuietly(client, run.id, { tags: { [controlTags.error]: `exec/not-started: ${reason}` } });
    await client.runs.update({ params, body: { status: 'failed' } });
    throw thrown;
  }
  execution.onStart(run);

  let wasStopped = false;
  const stop = (): void => {
    wasStopped = true;
    child.stop();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  execution.stopSignal?.addEventListener('abort', stop);

  const live = keepUploaded({
    client,
    runId: run.id,
    path: factFiles.output,
    size: log.size,
    content: log.content,
    onFailure: () => {},
  });
  const facts = recordFacts(execution, run.id, git).catch((thrown: unknown) =>
    execution.onTrouble(`The facts about this run could not be kept: ${String(thrown)}`),
  );
  const endHeartbeats = repeat(heartbeatMs, async () => {
    try {
      const { stopRequested } = await client.runControl.heartbeat({ params });
      if (stopRequested && !wasStopped) stop();
    } catch {
      client = (await execution.reconnect().catch(() => null)) ?? client;
    }
  });
  const endSampling = await sampleSystem(
    () => client,
    run.id,
    execution.staysInGroup ? null : child.pid,
    execution,
  );

  const ending = await child.ended;
  for (const signal of signals) process.removeListener(signal, stop);
  execution.stopSignal?.removeEventListener('abort', stop);
  await endSampling();
  await facts;
  await live.finish();
  await endHeartbeats();
  return { run: await endRun(client, run.id, ending, wasStopped), exitCode: ending.code };
}

async function createRun(execution: Execution, wanted: NewRun, git: GitState | null): Promise<Run> {
  const { client } = execution.connection;
  const parentRunId = await parentOf(client, execution.environment.ASSAY_RUN_ID);
  return client.runs.create({
    body: {
      experimentId: wanted.experimentId,
      ...(wanted.name === undefined ? {} : { name: wanted.name }),
      ...(parentRunId === null ? {} : { parentRunId }),
      source: 'exec',
      tags: {
        'mlflow.user': userName(),
        'mlflow.source.type': 'LOCAL',
        'assay.command': commandLine(withoutSecretArguments(execution.command)).slice(0, 8000),
        ...(git === null ? {} : gitTags(git)),
        [controlTags.keeper]: 'exec',
        ...wanted.tags,
      },
    },
  });
}

/** A command that runs others in the same way is their parent, where it is a run of the same workspace. */
async function parentOf(client: Client, runId: string | undefined): Promise<string | null> {
  if (runId === undefined) return null;
  return client.runs.get({ params: { runId } }).then(
    ({ id }) => id,
    () => null,
  );
}

/** What the command finds in its environment: the addresses of Assay and MLflow, and the run to log into. */
function environmentOf({ connection, environment, dir }: Execution, run: Run): NodeJS.ProcessEnv {
  return {
    // Otherwise its output would be held back until there are some kilobytes of it.
    PYTHONUNBUFFERED: '1',
    ...environment,
    MLFLOW_TRACKING_URI: connection.url,
    MLFLOW_TRACKING_TOKEN: connection.token,
    MLFLOW_RUN_ID: run.id,
    MLFLOW_EXPERIMENT_ID: run.experimentId,
    ASSAY_URL: connection.url,
    ASSAY_TOKEN: connection.token,
    ASSAY_RUN_ID: run.id,
    ASSAY_EXPERIMENT_ID: run.experimentId,
    ASSAY_WORKSPACE: dir,
  };
}

async function recordFacts(execution: Execution, runId: string, git: GitState | null): Promise<void> {
  const { client } = execution.connection;
  const attach = async (path: string, text: string): Promise<void> => {
    await client.runs.putArtifact({ params: { runId, path }, body: new TextEncoder().encode(text) });
  };
  if (git !== null && git.diff !== '') await attach(factFiles.diff, diffFile(git));
  const environment = await readEnvironment({
    command: withoutSecretArguments(execution.command),
    cwd: execution.cwd,
    environment: execution.environment,
  });
  await client.runs.log({
    params: { runId },
    body: { tags: { ...environmentTags(environment), ...(git === null ? {} : gitTags(git)) } },
  });
  const { diff: _, ...gitFacts } = git ?? { diff: '' };
  const facts = { ...environment, git: git === null ? null : gitFacts };
  await attach(factFiles.environment, `${JSON.stringify(facts, null, 2)}\n`);
}

/** Samples of the machine and of the command's processes as metrics, a step each; gives what ends it. */
async function sampleSystem(
  client: () => Client,
  runId: string,
  sessionId: number | null,
  { connection, dir }: Execution,
): Promise<() => Promise<void>> {
  const { settings } = await connection.client.settings.get();
  if (!settings.tracking.systemMetrics) return async () => {};
  const sampler = await createSystemSampler({ ...(sessionId === null ? {} : { sessionId }), diskPath: dir });
  let step = 0;
  const end = repeat(settings.tracking.systemMetricsSeconds * 1000, async () => {
    const values = await sampler.sample().catch(() => ({}));
    const timestampMs = Date.now();
    const metrics = Object.entries(values).map(([key, value]) => ({ key, value, step, timestampMs }));
    if (await logQuietly(client(), runId, { metrics })) step += 1;
  });
  return end;
}

async function endRun(client: Client, runId: string, ending: Ending, wasStopped: boolean): Promise<Run> {
  const isKilled = wasStopped || ending.signal !== null;
  const status: RunStatus = isKilled ? 'killed' : ending.code === 0 ? 'finished' : 'failed';
  const tags = {
    'assay.exit_code': String(ending.code),
    ...(ending.signal === null ? {} : { 'assay.exit_signal': ending.signal }),
  };
  await logQuietly(client, runId, { tags });
  return client.runs.update({ params: { runId }, body: { status, endedAtMs: Date.now() } });
}
