import type { ArtifactStore } from '../../engine/artifacts/index.ts';
import type { ExchangeService } from '../../engine/exchange/index.ts';
import { type Clock, systemClock } from '../../engine/system/index.ts';
import type { TrackingService } from '../../engine/tracking/index.ts';
import type { api, RunExportFormat } from '../contract/index.ts';
import { faultOf } from '../middleware/problem-details.ts';
import type { Handlers } from './handler.ts';
import type { Download } from './send-download.ts';

export function runRoutes(tracking: TrackingService, artifacts: ArtifactStore): Handlers<typeof api.runs> {
  return {
    list: ({ query }) => tracking.listRunsAside(query),
    count: async ({ query }) => ({ count: await tracking.countRunsAside(query.filter) }),
    keys: ({ query }) => tracking.keys(query),
    values: async ({ query }) => ({ values: await tracking.values(query) }),
    create: ({ body }) => tracking.createRun(body),
    get: ({ params }) => tracking.getRun(params.runId),
    update: ({ params, body }) => tracking.updateRun(params.runId, body),
    delete: ({ params }) => tracking.deleteRun(params.runId),
    restore: ({ params }) => tracking.restoreRun(params.runId),
    log: ({ params, body }) => tracking.log(params.runId, body),
    deleteTag: async ({ params }) => {
      await tracking.deleteTag(params.runId, params.key);
    },
    metrics: async ({ body }) => ({ series: await tracking.series(body) }),
    artifacts: async ({ params, query }) => ({
      items: await tracking.listArtifacts(params.runId, query.path, query.recursive),
    }),
    getArtifact: async ({ params }) => {
      const { digest, sizeBytes } = await tracking.findArtifact(params.runId, params.path);
      return {
        name: params.path,
        digest,
        sizeBytes,
        ownsChunks: true,
        open: (range) => artifacts.open(digest, range),
      };
    },
    putArtifact: async ({ params, body }) => {
      await refuseBeforeReading(tracking, params.runId, params.path);
      return tracking.attachArtifact(params.runId, params.path, await artifacts.put(body));
    },
  };
}

export function runTagRoutes(tracking: TrackingService): Handlers<typeof api.runTags> {
  return { change: ({ body }) => tracking.changeRunTags(body) };
}

export function runGroupRoutes(tracking: TrackingService): Handlers<typeof api.runGroups> {
  return { list: ({ body }) => tracking.groupRuns(body) };
}

export function runExportRoutes(
  tracking: TrackingService,
  exchange: Pick<ExchangeService, 'exportRuns'>,
  clock: Clock = systemClock,
): Handlers<typeof api.runExports> {
  const download = async (
    { format, ...selection }: Parameters<TrackingService['exportRuns']>[1] & { format: RunExportFormat },
    signal: AbortSignal,
  ): Promise<Download> => {
    const file = await tracking.exportRuns(format, selection, signal);
    const day = new Date(clock.nowMs()).toISOString().slice(0, 10);
    return {
      name: `runs-${day}.${format}`,
      sizeBytes: file.sizeBytes,
      digest: file.digest,
      open: async (range) => file.open(range),
      discard: file.discard,
    };
  };
  return {
    download: ({ query, signal }) => download(query, signal),
    downloadSelected: ({ body, signal }) => download(body, signal),
    start: ({ body, parentJobId }) => exchange.exportRuns(body, parentJobId),
  };
}

/** An unknown run or a bad path is told before gigabytes are sent, not after. */
async function refuseBeforeReading(tracking: TrackingService, runId: string, path: string): Promise<void> {
  try {
    await tracking.findArtifact(runId, path);
  } catch (thrown) {
    if (faultOf(thrown).code !== 'artifacts/not-found') throw thrown;
  }
}
