import type { RunInput, RunLineage } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { ModelRegistry } from '../models/index.ts';
import type { DriftService } from '../monitoring/index.ts';
import { quoteText } from '../store/index.ts';
import type { TrackingService } from '../tracking/index.ts';

type Rooms = {
  tracking: Pick<TrackingService, 'getRun'>;
  data: Pick<DataService, 'getVersion'>;
  models: Pick<ModelRegistry, 'versionsOfRun'>;
  drift: Pick<DriftService, 'list'>;
};

const maxReports = 20;

/** The data that a run took, the model versions made of it, and the drift reports on that data. Cost: a query each. */
export async function runLineage(rooms: Rooms, runId: string): Promise<RunLineage> {
  const { inputs } = await rooms.tracking.getRun(runId);
  const ids = [...new Set(inputs.flatMap(({ datasetVersionId }) => datasetVersionId ?? []))];
  const [data, models, reports] = await Promise.all([
    Promise.all(inputs.map((input) => withDataset(rooms.data, input))),
    rooms.models.versionsOfRun(runId),
    ids.length === 0
      ? []
      : rooms.drift
          .list({
            filter: `referenceVersionId in (${ids.map(quoteText).join(', ')})`,
            sort: '-createdAtMs',
            limit: maxReports,
          })
          .then(({ items }) => items),
  ]);
  return { data, models, driftReports: reports };
}

async function withDataset(
  data: Pick<DataService, 'getVersion'>,
  input: RunInput,
): Promise<RunLineage['data'][number]> {
  const none = { ...input, dataset: null, version: null, rows: null };
  if (input.datasetVersionId === null) return none;
  try {
    const { dataset, version, rows } = await data.getVersion(input.datasetVersionId);
    return { ...input, dataset, version, rows };
  } catch (thrown) {
    // The version was deleted since.
    if (thrown instanceof AssayError && thrown.code === 'datasets/version-not-found') return none;
    throw thrown;
  }
}
