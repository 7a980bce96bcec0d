import { resolve } from 'node:path';
import type { Settings } from '../../local-api/contract/index.ts';
import { createSettings } from '../config/index.ts';
import { messageOf } from '../errors.ts';
import { openStore } from '../store/index.ts';
import { type Clock, type Logger, systemClock, systemIds } from '../system/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { type Closers, createClosers } from './closers.ts';
import { emptyTrash, scheduleTrash } from './empty-trash.ts';
import { wireRooms } from './rooms.ts';
import { runLineage } from './run-lineage.ts';
import { searchWorkspace } from './search.ts';
import { settleRuns } from './settle-runs.ts';
import {
  announceEngine,
  makeFolder,
  prepareFolders,
  readOrMakeToken,
  type WorkspacePaths,
  withdrawEngine,
  workspacePaths,
} from './workspace-folder.ts';
import { createdAt, workspaceInfo } from './workspace-info.ts';
import { lockWorkspace } from './workspace-lock.ts';
import type { OpenWorkspaceOptions, Workspace } from './workspace-types.ts';

/** A running job gets this long to end when the engine is asked to. */
const defaultGraceMs = 5000;

/**
 * Opens a workspace folder: makes it when it is new, takes its lock, upgrades its database, wires the rooms, takes care of
 * what a crash left behind, and starts the job queue.
 *
 * Throws `workspace/locked`, `workspace/newer`, `workspace/corrupt`, `workspace/not-writable`,
 * `workspace/migration-failed`, `settings/invalid`; the folder is then free again.
 */
export async function openWorkspace(options: OpenWorkspaceOptions): Promise<Workspace> {
  const closers = createClosers();
  try {
    return await open(options, closers);
  } catch (thrown) {
    await closers.run(() => {});
    throw thrown;
  }
}

async function open(options: OpenWorkspaceOptions, closers: Closers): Promise<Workspace> {
  const dir = resolve(options.dir);
  const paths = workspacePaths(dir);
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? systemIds(clock);

  await makeFolder(dir);
  const lock = lockWorkspace(dir);
  closers.add('lock', () => lock.release());
  await prepareFolders(dir, paths);
  const { logger, setLevel } = openLog(options, paths, clock, closers);
  const settings = createSettings({
    dir,
    environment: options.environment ?? process.env,
    ...(options.settings === undefined ? {} : { overrides: options.settings }),
    logger,
  });
  closers.add('settings', () => settings.close());
  setLevel(settings.current().log.level);

  const store = await openStore({
    path: paths.database,
    clock,
    logger,
    backupsDir: paths.backups,
    keepBackups: settings.current().backups.keep,
    flushBeforeAnswer: () => settings.current().tracking.flushBeforeAnswer,
  });
  closers.add('database', () => store.close());
  const token = await readOrMakeToken(paths.token);
  const createdAtMs = await createdAt(store, clock);

  const rooms = await wireRooms({ dir, paths, store, settings, clock, ids, logger, options });
  let graceMs = 0;
  closers.add('artifacts', () => rooms.artifacts.close());
  closers.add('events', () => rooms.events.close());
  closers.add('tracing', () => rooms.tracing.close());
  closers.add('run objects', () => rooms.runObjects.close());
  closers.add('serving', () => rooms.serving.close());
  closers.add('explanations', () => rooms.explanations.close());
  closers.add('endpoints', () => rooms.endpoints.close());
  closers.add('async predictions', () => rooms.asyncPredictions.close());
  closers.add('webhooks', () => rooms.webhooks.close());
  closers.add('remotes', () => rooms.remotes.close());
  closers.add('reading', () => rooms.tracking.stopReading());
  closers.add('tracking', () => rooms.tracking.idle());
  closers.add('run facts', () => rooms.trainingFacts.close());
  closers.add('reproduction', () => rooms.reproduction.close());
  closers.add('releases', () => rooms.releases.idle());
  closers.add('lineage', () => rooms.lineage.close());
  closers.add('transforms', () => rooms.transforms.close());
  closers.add('schedules', () => rooms.schedules.close());
  closers.add('monitors', () => rooms.monitors.close());
  closers.add('jobs', () => rooms.jobs.stop(graceMs));
  closers.add('run control', () => rooms.runControl.close());
  settings.onChange((current, keys) => {
    setLevel(current.log.level);
    rooms.events.emit({ type: 'settings.changed', data: { keys } });
  });
  if (options.startJobs !== false) {
    rooms.lineage.start();
    await rooms.jobs.start();
    await rooms.exchange.start();
    await rooms.runControl.start();
    await rooms.batches.recover();
    rooms.endpoints.start();
    await rooms.asyncPredictions.start();
    const settled = await settleRuns(rooms.tracking, rooms.jobs);
    if (settled > 0) logger.info({ runs: settled }, 'ended runs whose job had ended');
    await rooms.reproduction.start();
    rooms.remotes.start();
    await rooms.releases.start();
    await rooms.schedules.start();
    await rooms.monitors.start();
    await rooms.transforms.start();
    closers.add('trash', scheduleTrash({ ...rooms, settings, clock, logger }));
  }

  const startedAtMs = clock.nowMs();
  const announce = (url: string | null) => announceEngine(paths.engine, url, startedAtMs);
  await announce(null);
  closers.add('announcement', () => withdrawEngine(paths.engine));
  logger.info({ dir, schemaVersion: store.schemaVersion }, 'workspace opened');

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    logger.info({ dir }, 'workspace closes');
    await closers.run((name, thrown) => logger.error({ error: messageOf(thrown) }, `closing ${name} failed`));
  };
  return {
    dir,
    token,
    store,
    logger,
    settings,
    ...rooms,
    info: () => workspaceInfo({ dir, store, artifacts: rooms.artifacts, createdAtMs }),
    runLineage: (runId) => runLineage(rooms, runId),
    search: (text, limit) => searchWorkspace(rooms, text, limit),
    emptyTrash: (how) => emptyTrash({ ...rooms, clock }, how),
    announce,
    close: (how) => {
      graceMs = how?.graceMs ?? defaultGraceMs;
      closing ??= close();
      return closing;
    },
  };
}

/** The log given, or one in the folder. */
function openLog(
  options: OpenWorkspaceOptions,
  paths: WorkspacePaths,
  clock: Clock,
  closers: Closers,
): { logger: Logger; setLevel(level: Settings['log']['level']): void } {
  if (options.logger !== undefined) return { logger: options.logger, setLevel: () => {} };
  const logger = createLogger({ dir: paths.logs, level: 'info', clock, stderr: options.verbose ?? false });
  closers.add('log', () => logger.close());
  return { logger, setLevel: (level) => logger.setLevel(level) };
}
