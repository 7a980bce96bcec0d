import type {
  Job,
  ListQuery,
  Model,
  ModelVersion,
  Page,
  RegisterRequest,
  Tags,
} from '../../local-api/contract/index.ts';

export type ModelRegistry = {
  list(query: ListQuery): Promise<Page<Model>>;
  create(input: { name: string; description?: string; tags?: Tags }): Promise<Model>;
  get(name: string): Promise<Model>;
  update(name: string, patch: { description?: string | undefined; tags?: Tags | undefined }): Promise<Model>;
  delete(name: string): Promise<void>;
  listVersions(name: string, query: ListQuery): Promise<Page<ModelVersion>>;
  /** Makes the model when it is new. The ONNX file of the run is loaded once to prove that it works. */
  register(name: string, request: RegisterRequest): Promise<ModelVersion>;
  /** `version` is 1.2.0 or @alias. */
  getVersion(name: string, version: string): Promise<ModelVersion>;
  /** `name@alias`, `name/1.2.0` or `name`. */
  resolve(ref: string): Promise<ModelVersion>;
  updateVersion(
    name: string,
    version: string,
    patch: {
      description?: string | undefined;
      card?: string | undefined;
      tags?: Tags | undefined;
      status?: 'ready' | 'archived' | undefined;
    },
  ): Promise<ModelVersion>;
  deleteVersion(name: string, version: string): Promise<void>;
  setAlias(name: string, alias: string, version: string): Promise<Model>;
  deleteAlias(name: string, alias: string): Promise<void>;
  /** Submits an export job whose result is an ExportResult. */
  export(
    name: string,
    version: string,
    options: { path?: string | undefined; overwrite: boolean },
    parentJobId?: string | null,
  ): Promise<Job>;
};
