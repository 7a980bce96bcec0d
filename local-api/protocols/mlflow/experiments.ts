import type { ExperimentRecord, TrackingService } from '../../../engine/tracking/index.ts';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { doesNotExist, invalidParameter } from './errors.ts';
import { experimentIdOf, experimentJson, descriptionTag as note } from './experiment-json.ts';
import { recordOf, tags, unlessEmpty, viewTypes } from './fields.ts';
import { enumeration, int64, item, message, repeated, required, text } from './message.ts';
import { checkKey, checkLength } from './names.ts';
import { searchExperiments } from './search/experiment-search.ts';

const maxName = 500;
const maxTagValue = 5000;

const byId = message({ experiment_id: required(text()) });

/** Throws RESOURCE_DOES_NOT_EXIST. */
export async function requireExperiment(tracking: TrackingService, id: string): Promise<ExperimentRecord> {
  const record = await tracking.experimentRecord({ id: experimentIdOf(id) });
  if (record === null) throw doesNotExist(`No Experiment with id=${id} exists`);
  return record;
}

function checkName(name: string): void {
  checkLength('name', name, maxName);
}

/** A place that clients can write to: no run, no fragment, nothing that climbs. */
function checkLocation(location: string): void {
  checkLength('artifact_location', location, 2048);
  const isBad = /[#;]/.test(location) || /\?.*\.\./.test(location) || /^runs:/i.test(location);
  if (isBad) throw invalidParameter(`Invalid artifact location: ${location.slice(0, 200)}`);
}

function checkTag(key: string, value: string): void {
  checkKey('key', key);
  checkLength('value', value, maxTagValue);
}

/** `experiments/…`: see docs/reference/mlflow-compatibility.md. */
export function experimentEndpoints(tracking: TrackingService): MlflowEndpoint[] {
  const base = '/mlflow/experiments';
  const search = message({
    max_results: int64(),
    page_token: text(),
    filter: text(),
    order_by: repeated(item()),
    view_type: enumeration(viewTypes),
  });
  const summaries = message({ experiment_ids: repeated(item()) });

  const setTag = (id: string, key: string, value: string): Promise<unknown> =>
    key === note
      ? tracking.updateExperiment(id, { description: value })
      : tracking.editExperimentTags(id, { set: { [key]: value } });

  const find = (input: Parameters<typeof searchExperiments>[1]) => searchExperiments(tracking, input);

  return [
    rpc(
      'POST',
      `${base}/create`,
      message({ name: required(text()), artifact_location: text(), tags: tags() }),
      async (input) => {
        checkName(input.name);
        const location = input.artifact_location === '' ? undefined : input.artifact_location;
        if (location !== undefined) checkLocation(location);
        const { [note]: description = '', ...own } = recordOf(input.tags);
        for (const [key, value] of Object.entries(own)) checkTag(key, value);
        const { id } = await tracking.createExperiment({
          name: input.name,
          description,
          tags: own,
          artifactLocation: location?.replace(/\/+$/, ''),
        });
        return { experiment_id: id };
      },
    ),
    rpc('GET', `${base}/get`, byId, async ({ experiment_id: id }) => ({
      experiment: experimentJson(await requireExperiment(tracking, id)),
    })),
    rpc(
      'GET',
      `${base}/get-by-name`,
      message({ experiment_name: required(text()) }),
      async ({ experiment_name: name }) => {
        const record = await tracking.experimentRecord({ name });
        if (record === null)
          throw doesNotExist(`Could not find experiment with name '${name.slice(0, 500)}'`);
        return { experiment: experimentJson(record) };
      },
    ),
    rpc('POST', `${base}/search`, search, find),
    rpc('GET', `${base}/search`, search, find),
    rpc('POST', `${base}/delete`, byId, async ({ experiment_id: id }) => {
      const { lifecycle } = await requireExperiment(tracking, id);
      if (lifecycle === 'deleted') throw doesNotExist(`No active Experiment with id=${id} exists`);
      await tracking.deleteExperiment(id);
      return {};
    }),
    rpc('POST', `${base}/restore`, byId, async ({ experiment_id: id }) => {
      const { lifecycle } = await requireExperiment(tracking, id);
      if (lifecycle === 'active') throw doesNotExist(`No deleted Experiment with id=${id} exists`);
      await tracking.restoreExperiment(id, { allRuns: true });
      return {};
    }),
    rpc(
      'POST',
      `${base}/update`,
      message({ experiment_id: required(text()), new_name: required(text()) }),
      async ({ experiment_id: id, new_name: name }) => {
        const { lifecycle } = await requireExperiment(tracking, id);
        if (lifecycle === 'deleted') {
          // A 500 in MLflow, on which its clients wait and try again for minutes.
          throw invalidParameter('Cannot rename a non-active experiment.');
        }
        checkName(name);
        await tracking.updateExperiment(id, { name });
        return {};
      },
    ),
    rpc(
      'POST',
      `${base}/set-experiment-tag`,
      message({ experiment_id: required(text()), key: required(text()), value: text() }),
      async ({ experiment_id: id, key, value = '' }) => {
        await requireExperiment(tracking, id);
        checkTag(key, value);
        await setTag(id, key, value);
        return {};
      },
    ),
    rpc(
      'POST',
      `${base}/delete-experiment-tag`,
      message({ experiment_id: required(text()), key: required(text()) }),
      async ({ experiment_id: id, key }) => {
        const { description } = await requireExperiment(tracking, id);
        if (key === note && description !== '') {
          await tracking.updateExperiment(id, { description: '' });
          return {};
        }
        const { missing } = await tracking.editExperimentTags(id, { remove: [key] });
        if (missing.length > 0) throw doesNotExist(`No tag with name: ${key} in experiment with id ${id}`);
        return {};
      },
    ),
    rpc(
      'POST',
      `${base}/search-datasets`,
      summaries,
      async ({ experiment_ids: ids }) => {
        if (ids.length === 0 || ids.length > 20) {
          throw invalidParameter(`'experiment_ids' has to name 1 to 20 experiments; it names ${ids.length}.`);
        }
        const found = await tracking.datasetSummaries(ids.map(experimentIdOf));
        return unlessEmpty(
          'dataset_summaries',
          found.map(({ experimentId, name, digest, context }) => ({
            experiment_id: experimentId,
            name,
            digest,
            ...(context === '' ? {} : { context }),
          })),
        );
      },
      { ajaxOnly: true },
    ),
  ];
}
