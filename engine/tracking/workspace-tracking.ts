import { tmpdir } from 'node:os';
import type { EventBus } from '../events/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import { experimentRecordMethods } from './experiment-records.ts';
import { experimentMethods } from './experiments.ts';
import { createFactsWriter } from './facts-writer.ts';
import { createGroupCommit } from './group-commit.ts';
import { createKeyIds } from './key-ids.ts';
import { createKeyReader, createValueReader } from './keys.ts';
import { loggedModelMethods } from './logged-models.ts';
import { loggingMethods } from './logging.ts';
import { metricHistoryMethods } from './metric-history.ts';
import { objectListing } from './objects/object-listing.ts';
import { purgeMethods } from './purge.ts';
import { artifactMethods } from './run-artifacts.ts';
import { runImportMethods } from './run-imports.ts';
import { runReadingMethods } from './run-reading.ts';
import { runRecordMethods } from './run-records.ts';
import { runTagMethods } from './run-tags.ts';
import { runMethods } from './runs.ts';
import { savedViewMethods } from './saved-views.ts';
import { createSeriesReader } from './series.ts';
import { storedFileMethods } from './stored-files.ts';
import type { TrackingService } from './tracking-service.ts';

/** The tracking service of a workspace: see `TrackingService`. */
export function createTracking(options: {
  store: Store;
  events: EventBus;
  clock: Clock;
  ids: Ids;
  /** Where files wait to be sent; the folder of the system by default. */
  tmpDir?: string;
  /** Whether something that stays was made of a run; such a run is not purged. */
  isRunInUse?: (runId: string) => boolean;
}): TrackingService {
  const { store } = options;
  const keyIds = createKeyIds(store);
  const facts = createFactsWriter(store, keyIds);
  const writes = createGroupCommit(store, { committed: keyIds.keep, undone: keyIds.forget });
  const parts = { ...options, keyIds, facts, writes };
  const artifacts = artifactMethods(parts);
  const runs = runMethods(parts);
  return {
    ...experimentMethods(parts),
    ...runs,
    ...loggingMethods(parts),
    ...runReadingMethods({ store, tmpDir: options.tmpDir ?? tmpdir(), runs }),
    ...runTagMethods(parts),
    ...savedViewMethods(parts),
    ...artifacts,
    ...storedFileMethods({ ...parts, runs: artifacts }),
    ...experimentRecordMethods(parts),
    ...runRecordMethods(parts),
    ...runImportMethods(parts),
    ...metricHistoryMethods(store),
    ...objectListing(store),
    ...purgeMethods({ ...parts, isInUse: options.isRunInUse ?? (() => false) }),
    ...loggedModelMethods(parts),
    keys: createKeyReader(store),
    values: createValueReader(store),
    series: createSeriesReader(store),
    idle: () => writes.idle(),
  };
}
