import type { DriftSeriesService } from '../../engine/monitoring/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function driftSeriesRoutes(series: DriftSeriesService): Handlers<typeof api.driftSeries> {
  return {
    list: ({ query }) => series.list(query),
    create: ({ body, parentJobId }) => series.start(body, parentJobId),
    get: ({ params }) => series.get(params.seriesId),
    delete: ({ params }) => series.delete(params.seriesId),
  };
}
