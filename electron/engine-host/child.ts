/** Runs inside Electron's utility process: joins its message port to the engine. Ends by itself when main is gone. */
import { join } from 'node:path';
import envPaths from 'env-paths';
import { errorTable, isErrorCode } from '../../local-api/contract/index.ts';
import { type RunningEngine, startEngine } from '../../local-api/engine-host.ts';
import { type FromEngine, ToEngine } from './messages.ts';

const port = process.parentPort;
let engine: RunningEngine | null = null;

const send = (message: FromEngine): void => port.postMessage(message);

port.on('message', ({ data }) => {
  const parsed = ToEngine.safeParse(data);
  if (!parsed.success) return;
  if (parsed.data.type === 'init') void open(parsed.data);
  else void shutDown();
});

async function open(init: ToEngine & { type: 'init' }): Promise<void> {
  const dir = init.workspace ?? join(envPaths('Assay', { suffix: '' }).data, 'workspace');
  try {
    engine = await startEngine({ dir, port: init.port, rendererDir: init.rendererDir });
    reportJobs(engine);
    reportAlerts(engine);
    send({ type: 'ready', readyUrl: engine.readyUrl });
    process.stdout.write(`Assay is ready: ${engine.readyUrl}\n`);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'internal';
    const hint = isErrorCode(code) ? errorTable[code].hint : errorTable.internal.hint;
    send({ type: 'failed', code, message: thrown instanceof Error ? thrown.message : String(thrown), hint });
    process.exit(1);
  }
}

/** Main notifies of jobs that ended, and keeps the machine awake while some run. */
function reportJobs({ workspace }: RunningEngine): void {
  const running = new Set<string>();
  const ofMonitors = new Set<string>();
  workspace.events.subscribe((event) => {
    if (event.type === 'monitor.changed' && event.data.jobId !== null) ofMonitors.add(event.data.jobId);
    if (event.type !== 'job.changed') return;
    const { jobId, state, title, runId, parentId } = event.data;
    const wasRunning = running.has(jobId);
    if (state === 'queued' || state === 'running') running.add(jobId);
    else running.delete(jobId);
    if (wasRunning !== running.has(jobId)) send({ type: 'busy', jobs: running.size });
    const hasEnded = state !== 'queued' && state !== 'running';
    // The parts of a larger job are not news of their own, nor are the checks of monitors: what they find is.
    if (hasEnded && parentId === null && !ofMonitors.delete(jobId))
      send({ type: 'job-ended', title, state, link: runId ? `/runs/${runId}` : `/jobs/${jobId}` });
  });
}

function reportAlerts({ workspace }: RunningEngine): void {
  workspace.events.subscribe(({ type, data }) => {
    if (type !== 'monitor.alert' || data.change !== 'firing') return;
    const { title, text: body, link, monitorId } = data;
    send({ type: 'alert', title, body, link: link ?? `/monitors/${monitorId}` });
  });
}

async function shutDown(): Promise<void> {
  await engine?.close();
  process.exit(0);
}
