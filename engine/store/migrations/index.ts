import type { Kysely } from 'kysely';
import * as initial from './0001-initial.ts';
import * as mlflowTracking from './0002-mlflow-tracking.ts';
import * as mlflowRegistry from './0003-mlflow-registry.ts';
import * as traces from './0004-traces.ts';
import * as fullText from './0005-full-text.ts';
import * as savedViews from './0006-saved-views.ts';
import * as secrets from './0007-secrets.ts';
import * as releases from './0008-releases.ts';
import * as targets from './0009-targets.ts';
import * as endpoints from './0010-endpoints.ts';
import * as batchPredictions from './0011-batch-predictions.ts';
import * as schedules from './0012-schedules.ts';
import * as asyncPredictions from './0013-async-predictions.ts';
import * as releasePushes from './0014-release-pushes.ts';
import * as explanations from './0015-explanations.ts';
import * as pausedJobs from './0016-paused-jobs.ts';
import * as monitors from './0017-monitors.ts';
import * as dataValidations from './0018-data-validations.ts';
import * as dataVersions from './0019-data-versions.ts';
import * as datasetProfiles from './0020-dataset-profiles.ts';
import * as transforms from './0021-transforms.ts';
import * as driftWindows from './0022-drift-windows.ts';
import * as connections from './0023-connections.ts';
import * as lineageOutbox from './0024-lineage-outbox.ts';
import * as lineageTold from './0025-lineage-told.ts';

/** `up` and `down` run in one transaction each, together with the ledger row. */
export type Migration = { up(db: Kysely<unknown>): Promise<void>; down(db: Kysely<unknown>): Promise<void> };
export type MigrationList = readonly { name: string; migration: Migration }[];

/** In order. Listed by hand: a folder scan does not survive bundling. Append only. */
export const migrations: MigrationList = [
  { name: '0001-initial', migration: initial },
  { name: '0002-mlflow-tracking', migration: mlflowTracking },
  { name: '0003-mlflow-registry', migration: mlflowRegistry },
  { name: '0004-traces', migration: traces },
  { name: '0005-full-text', migration: fullText },
  { name: '0006-saved-views', migration: savedViews },
  { name: '0007-secrets', migration: secrets },
  { name: '0008-releases', migration: releases },
  { name: '0009-targets', migration: targets },
  { name: '0010-endpoints', migration: endpoints },
  { name: '0011-batch-predictions', migration: batchPredictions },
  { name: '0012-schedules', migration: schedules },
  { name: '0013-async-predictions', migration: asyncPredictions },
  { name: '0014-release-pushes', migration: releasePushes },
  { name: '0015-explanations', migration: explanations },
  { name: '0016-paused-jobs', migration: pausedJobs },
  { name: '0017-monitors', migration: monitors },
  { name: '0018-data-validations', migration: dataValidations },
  { name: '0019-data-versions', migration: dataVersions },
  { name: '0020-dataset-profiles', migration: datasetProfiles },
  { name: '0021-transforms', migration: transforms },
  { name: '0022-drift-windows', migration: driftWindows },
  { name: '0023-connections', migration: connections },
  { name: '0024-lineage-outbox', migration: lineageOutbox },
  { name: '0025-lineage-told', migration: lineageTold },
];
