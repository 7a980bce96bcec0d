import type { Page, SearchHit } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { ModelRegistry } from '../models/index.ts';
import type { DriftService } from '../monitoring/index.ts';
import { containsPattern, quoteText } from '../store/index.ts';
import type { TrackingService } from '../tracking/index.ts';

export type Searched = {
  data: Pick<DataService, 'list'>;
  tracking: Pick<TrackingService, 'listExperiments' | 'listRuns' | 'listViews'>;
  models: Pick<ModelRegistry, 'list'>;
  drift: Pick<DriftService, 'list'>;
  jobs: Pick<JobQueue, 'list'>;
};

/** 0 the very thing, 1 begins with it, 2 has it somewhere. */
function rank(hit: SearchHit, wanted: string): number {
  const title = hit.title.toLowerCase();
  if (title === wanted || hit.id.toLowerCase() === wanted) return 0;
  return title.startsWith(wanted) || hit.id.toLowerCase().startsWith(wanted) ? 1 : 2;
}

function hits<Item>(page: Page<Item>, toHit: (item: Item) => SearchHit): SearchHit[] {
  return page.items.map(toHit);
}

function viewLink(id: string, page: 'runs' | 'compare', experimentId: string | null): string {
  if (page === 'compare') return `/compare?view=${id}`;
  return experimentId === null ? `/runs?view=${id}` : `/experiments/${experimentId}?view=${id}`;
}

/**
 * Finds things by name or id, whichever kind they are of: exact ones first, then those that begin so, then the rest, each in
 * the order of its list. Case does not matter. Cost: one listing a kind.
 */
export async function searchWorkspace(rooms: Searched, text: string, limit: number): Promise<SearchHit[]> {
  const wanted = text.trim();
  if (wanted === '') return [];
  const like = containsPattern(wanted);
  const query = (filter: string) => ({ filter, limit });
  const byName = query(`name ilike ${like}`);
  const byTitle = query(`title ilike ${like} or id = ${quoteText(wanted)}`);
  const runFilter = `name ilike ${like} or id like ${containsPattern(wanted.toLowerCase())}`;
  const found = await Promise.all([
    rooms.data.list(byName).then((page) =>
      hits(page, ({ name, versions }) => ({
        type: 'dataset',
        id: name,
        title: name,
        subtitle: versions === 1 ? 'Dataset, 1 version' : `Dataset, ${versions} versions`,
        link: `/datasets/${encodeURIComponent(name)}`,
      })),
    ),
    rooms.tracking.listExperiments(byName).then((page) =>
      hits(page, ({ id, name, runs }) => ({
        type: 'experiment',
        id,
        title: name,
        subtitle: runs === 1 ? 'Experiment, 1 run' : `Experiment, ${runs} runs`,
        link: `/experiments/${id}`,
      })),
    ),
    rooms.tracking.listRuns({ ...query(runFilter), fields: 'name,status' }).then((page) =>
      hits(page, ({ id, name = id, status }) => ({
        type: 'run',
        id,
        title: name,
        subtitle: `Run, ${status}`,
        link: `/runs/${id}`,
      })),
    ),
    rooms.models.list(byName).then((page) =>
      hits(page, ({ name }) => ({
        type: 'model',
        id: name,
        title: name,
        subtitle: 'Model',
        link: `/models/${encodeURIComponent(name)}`,
      })),
    ),
    rooms.drift
      .list(query(`referenceName ilike ${like} or currentName ilike ${like} or id = ${quoteText(wanted)}`))
      .then((page) =>
        hits(page, ({ id, referenceName, currentName, drifted }) => ({
          type: 'drift-report',
          id,
          title: `${currentName} against ${referenceName}`,
          subtitle: drifted ? 'Drift report, drifted' : 'Drift report, no drift',
          link: `/drift/${id}`,
        })),
      ),
    rooms.tracking.listViews(byName).then((page) =>
      hits(page, ({ id, name, page: shownOn, experimentId }) => ({
        type: 'view',
        id,
        title: name,
        subtitle: shownOn === 'runs' ? 'Saved view of runs' : 'Saved view of a comparison',
        link: viewLink(id, shownOn, experimentId),
      })),
    ),
    rooms.jobs.list(byTitle).then((page) =>
      hits(page, ({ id, title, state }) => ({
        type: 'job',
        id,
        title,
        subtitle: `Job, ${state}`,
        link: `/jobs/${id}`,
      })),
    ),
  ]);
  const key = wanted.toLowerCase();
  return found
    .flat()
    .sort((a, b) => rank(a, key) - rank(b, key))
    .slice(0, limit);
}
