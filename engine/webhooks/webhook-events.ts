import type { WebhookEvent } from '../../local-api/contract/index.ts';
import type { RegistryChange } from '../models/index.ts';

export type Told = { event: WebhookEvent; data: Record<string, unknown> };

const promptText = 'mlflow.prompt.text';
/** Tags of a prompt version that say that it is one. */
const promptMarks = new Set(['mlflow.prompt.is_prompt', 'mlflow.prompt.type', promptText]);

/** What is sent for a change of the registry; null for one that nobody can ask for: a tag of a registered model. */
export function toldOf(change: RegistryChange): Told | null {
  const isPrompt = change.kind === 'prompt';
  const name = change.model;
  switch (change.what) {
    case 'model-created': {
      const data = { name, tags: change.tags, description: change.description || null };
      return { event: isPrompt ? 'prompt.created' : 'registered_model.created', data };
    }
    case 'version-created': {
      const { number, source, runId, tags, description } = change.version;
      const common = { name, version: String(number), description: description || null };
      if (!isPrompt) {
        return { event: 'model_version.created', data: { ...common, source, run_id: runId, tags } };
      }
      const own = Object.fromEntries(Object.entries(tags).filter(([key]) => !promptMarks.has(key)));
      return {
        event: 'prompt_version.created',
        data: { ...common, template: tags[promptText] ?? null, tags: own },
      };
    }
    case 'tag-set':
    case 'tag-deleted': {
      const action = change.what === 'tag-set' ? 'set' : 'deleted';
      const data = { name, key: change.key, ...(change.what === 'tag-set' ? { value: change.value } : {}) };
      if (change.number === null) return isPrompt ? { event: `prompt_tag.${action}`, data } : null;
      const entity = isPrompt ? 'prompt_version_tag' : 'model_version_tag';
      return { event: `${entity}.${action}`, data: { ...data, version: String(change.number) } };
    }
    case 'alias-set':
    case 'alias-deleted': {
      const entity = isPrompt ? 'prompt_alias' : 'model_version_alias';
      const data = { name, alias: change.alias };
      return change.what === 'alias-set'
        ? { event: `${entity}.created`, data: { ...data, version: String(change.number) } }
        : { event: `${entity}.deleted`, data };
    }
  }
}

/** What a test sends: the fields of the event with made-up values. */
export function exampleOf(event: WebhookEvent): Told {
  const [entity = '', action] = event.split('.');
  if (action === 'finished')
    return { event, data: { id: 'example_id', state: 'succeeded', model: 'example_model' } };
  const data: Record<string, unknown> = {
    name: entity.startsWith('prompt') ? 'example_prompt' : 'example_model',
  };
  if (entity.includes('version') && action !== 'deleted') data.version = '1';
  if (entity.endsWith('alias')) data.alias = 'example_alias';
  if (entity === 'prompt_alias' && action === 'created') data.version = '1';
  if (entity.endsWith('tag')) data.key = 'example_key';
  if (entity.endsWith('tag') && action === 'set') data.value = 'example_value';
  if (action === 'created' && !entity.endsWith('alias')) {
    Object.assign(data, { tags: { example_key: 'example_value' }, description: 'An example' });
  }
  return { event, data };
}
