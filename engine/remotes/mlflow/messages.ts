import { z } from 'zod';

/*
 * The parts of MLflow's answers that are read here. Numbers of 64 bits may come as texts, and empty lists and texts may be
 * left out.
 */

const Int = z.coerce.number();
const Text = z.string().default('');
const Tags = z.array(z.object({ key: z.string(), value: Text })).default([]);
const Params = Tags;

export const ExperimentAnswer = z.object({
  experiment: z.object({ experiment_id: z.string(), artifact_location: Text }),
});
export const CreatedExperiment = z.object({ experiment_id: z.string() });

const RemoteRun = z.object({
  info: z.object({
    run_id: z.string(),
    run_name: Text,
    experiment_id: z.string(),
    artifact_uri: Text,
    start_time: Int.default(0),
    end_time: Int.optional(),
  }),
  data: z
    .object({
      params: Params,
      tags: Tags,
      metrics: z.array(z.object({ key: z.string(), value: z.coerce.number() })).default([]),
    })
    .default({ params: [], tags: [], metrics: [] }),
});
export type RemoteRun = z.infer<typeof RemoteRun>;
export const RunAnswer = z.object({ run: RemoteRun });
export const RunsAnswer = z.object({ runs: z.array(RemoteRun).default([]) });

const LoggedModel = z.object({
  info: z.object({ model_id: z.string(), artifact_uri: Text, tags: Tags, source_run_id: Text }),
});
export const LoggedModelAnswer = z.object({ model: LoggedModel });
export const LoggedModelsAnswer = z.object({ models: z.array(LoggedModel).default([]) });

export const RegisteredModelAnswer = z.object({
  registered_model: z.object({
    name: z.string(),
    description: Text,
    tags: Tags,
    aliases: z.array(z.object({ alias: z.string(), version: z.coerce.string() })).default([]),
  }),
});
export type RegisteredModel = z.infer<typeof RegisteredModelAnswer>['registered_model'];

const RemoteVersion = z.object({
  name: z.string(),
  version: z.coerce.string(),
  description: Text,
  source: Text,
  run_id: Text,
  status: Text,
  status_message: Text,
  tags: Tags,
  aliases: z.array(z.string()).default([]),
  creation_timestamp: Int.default(0),
  model_id: Text,
});
export type RemoteVersion = z.infer<typeof RemoteVersion>;
export const VersionAnswer = z.object({ model_version: RemoteVersion });
export const VersionsAnswer = z.object({
  model_versions: z.array(RemoteVersion).default([]),
  next_page_token: Text,
});
export const DownloadUriAnswer = z.object({ artifact_uri: z.string() });

export const FilesAnswer = z.object({
  files: z
    .array(z.object({ path: z.string(), is_dir: z.boolean().default(false), file_size: Int.default(0) }))
    .default([]),
});

export const ErrorAnswer = z.object({ error_code: z.string(), message: z.string().default('') });

export function tagsOf(tags: readonly { key: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}
