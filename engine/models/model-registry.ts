import type {
  CardField,
  Job,
  ListQuery,
  Model,
  ModelCard,
  ModelVersion,
  Page,
  RegisterRequest,
  Tags,
  VersionProposal,
} from '../../local-api/contract/index.ts';
import type { Filter } from '../store/index.ts';
import type { VersionRef } from './model-rows.ts';

/** A version whose files lie elsewhere than in an ONNX file of a run. */
export type SourceVersion = {
  source: string;
  /** Where the files really are, when `source` is a name for it. */
  storageLocation: string | null;
  runId: string | null;
  runLink: string;
  loggedModelId: string | null;
  description: string;
  tags: Tags;
};

export type Stage = ModelVersion['stage'];

/** A filter in another language than ours, already read. `sameAs` are the texts that must not change between pages. */
export type MatchingQuery = Filter & {
  limit: number;
  cursor?: string | undefined;
  sameAs: readonly string[];
};

export type ModelDetails = {
  /** The newest version of each stage that has any. */
  latestByStage: ModelVersion[];
  aliases: { alias: string; number: number }[];
};

/** What a change was, for those who tell others of it: told after the commit. */
export type RegistryChange = { model: string; kind: Model['kind'] } & (
  | { what: 'model-created'; description: string; tags: Tags }
  | { what: 'version-created'; version: ModelVersion }
  | { what: 'tag-set'; number: number | null; key: string; value: string }
  | { what: 'tag-deleted'; number: number | null; key: string }
  | { what: 'alias-set'; alias: string; number: number }
  | { what: 'alias-deleted'; alias: string }
);

/** Versions are named 1.2.0 or @alias, or by the number that MLflow's clients know them by. */
export type ModelRegistry = {
  /** Prompts only where the filter names the kind. */
  list(query: ListQuery): Promise<Page<Model>>;
  listMatching(query: MatchingQuery): Promise<Page<Model>>;
  create(input: { name: string; description?: string; tags?: Tags }): Promise<Model>;
  get(name: string): Promise<Model>;
  /** The versions keep their numbers, and references by the old name end. */
  rename(name: string, newName: string): Promise<Model>;
  update(name: string, patch: { description?: string | undefined; tags?: Tags | undefined }): Promise<Model>;
  delete(name: string): Promise<void>;
  listVersions(name: string, query: ListQuery): Promise<Page<ModelVersion>>;
  /** Of all models. */
  listVersionsMatching(query: MatchingQuery): Promise<Page<ModelVersion>>;
  /** Made of a run, of whichever model, newest first, at most 200. Cost: an index range. */
  versionsOfRun(runId: string): Promise<ModelVersion[]>;
  /** What a list of models leaves out, by the model's name. Cost: a handful of queries whatever their number. */
  details(names: readonly string[]): Promise<Map<string, ModelDetails>>;
  /** Makes the model when it is new. The ONNX file of the run is loaded once to prove that it works. */
  register(name: string, request: RegisterRequest): Promise<ModelVersion>;
  /** Which version a run would be registered as, and why; the model need not be there. */
  propose(name: string, runId: string): Promise<VersionProposal>;
  /** Adds a version to a model that exists. Nothing is read of its files. */
  registerSource(name: string, version: SourceVersion): Promise<ModelVersion>;
  getVersion(name: string, version: VersionRef): Promise<ModelVersion>;
  /** Where the files of a version are: its source, unless that is a name for another place. */
  storageLocation(name: string, version: VersionRef): Promise<string>;
  /** `name@alias`, `name/1.2.0` or `name`. */
  resolve(ref: string): Promise<ModelVersion>;
  updateVersion(
    name: string,
    version: VersionRef,
    patch: {
      description?: string | undefined;
      card?: string | undefined;
      tags?: Tags | undefined;
      status?: 'ready' | 'archived' | undefined;
    },
  ): Promise<ModelVersion>;
  card(name: string, version: VersionRef): Promise<ModelCard>;
  /** An empty text takes what somebody wrote away. */
  updateCard(
    name: string,
    version: VersionRef,
    fields: Partial<Record<CardField, string>>,
  ): Promise<ModelCard>;
  /** The stage `archived` is the status archived, and the other way round. `archiveOthers`: those in that stage. */
  setStage(
    name: string,
    version: VersionRef,
    stage: Stage,
    options: { archiveOthers: boolean },
  ): Promise<ModelVersion>;
  /** A tag of the model, or of a version of it. */
  setTag(name: string, version: VersionRef | null, key: string, value: string): Promise<void>;
  /** One that is not there is fine. */
  deleteTag(name: string, version: VersionRef | null, key: string): Promise<void>;
  /** The number of a deleted version is never given again. */
  deleteVersion(name: string, version: VersionRef): Promise<void>;
  setAlias(name: string, alias: string, version: VersionRef): Promise<Model>;
  deleteAlias(name: string, alias: string): Promise<void>;
  /** Tells of an alias that a release has moved already; null: it is gone. */
  aliasMoved(name: string, alias: string, to: ModelVersion | null): void;
  /** Tells of a version that a release has changed already. */
  versionChanged(name: string, version: string): void;
  onChange(listener: (change: RegistryChange) => void): void;
  /** Submits an export job whose result is an ExportResult. */
  export(
    name: string,
    version: string,
    options: { path?: string | undefined; overwrite: boolean; withServer?: boolean },
    parentJobId?: string | null,
  ): Promise<Job>;
};
