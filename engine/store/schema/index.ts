import type { Generated } from 'kysely';
import type { BatchTables } from './batch.ts';
import type { ConnectionTables } from './connections.ts';
import type { DataTables } from './data.ts';
import type { DatasetProfileTables } from './dataset-profiles.ts';
import type { EndpointTables } from './endpoints.ts';
import type { ExplanationTables } from './explanations.ts';
import type { JobTables } from './jobs.ts';
import type { LineageTables } from './lineage.ts';
import type { ModelTables } from './models.ts';
import type { MonitoringTables } from './monitoring.ts';
import type { MonitorTables } from './monitors.ts';
import type { ReleaseTables } from './releases.ts';
import type { SecretTables } from './secrets.ts';
import type { TargetTables } from './targets.ts';
import type { TraceTables } from './traces.ts';
import type { TrackingTables } from './tracking.ts';
import type { TransformTables } from './transforms.ts';
import type { ValidationTables } from './validation.ts';

type WorkspaceTables = {
  workspace_meta: { key: string; value: string };
  activity: { id: Generated<number>; at_ms: number; type: string; text: string; link: string | null };
};

/** Every table, as the newest migration leaves it. A room uses its own tables only. */
export type Database = WorkspaceTables &
  TrackingTables &
  DataTables &
  ConnectionTables &
  DatasetProfileTables &
  ModelTables &
  LineageTables &
  ReleaseTables &
  EndpointTables &
  BatchTables &
  JobTables &
  SecretTables &
  TargetTables &
  TraceTables &
  MonitorTables &
  TransformTables &
  MonitoringTables &
  ValidationTables &
  ExplanationTables;
