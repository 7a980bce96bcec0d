import type {
  BodyOf,
  DataCheckSettings,
  DataSchemaRow,
  DataSchemaVersion,
  DatasetVersion,
  DataValidation,
  DataValidationRequestInput,
  DataValidationRow,
  dataSchemasApi,
  dataValidationsApi,
  Job,
  ListQuery,
  Page,
  Problem,
  RequestValidation,
  ResponseOf,
} from '../../local-api/contract/index.ts';
import type { ImportGuard } from './import-guard.ts';
import type { PreparedChecks, TrainedModel } from './serve/request-checks.ts';

type Schemas = typeof dataSchemasApi;
type Validations = typeof dataValidationsApi;
type SaveSchema = BodyOf<Schemas['save']>;

/** What the rows of datasets must be like, and whether they are. */
export type ValidationService = {
  /** Newest first. Errors: datasets/not-found. */
  listSchemas(dataset: string): Promise<DataSchemaRow[]>;
  /** Errors: datasets/not-found; data-schemas/invalid with every fault. */
  saveSchema(dataset: string, save: SaveSchema): Promise<DataSchemaVersion>;
  /** null: nothing is asked of the dataset. */
  findActive(dataset: string): Promise<DataSchemaVersion | null>;
  /** `version` is a number, or null for the active one. Errors: datasets/not-found, data-schemas/not-found. */
  getSchema(dataset: string, version: string | null): Promise<DataSchemaVersion>;
  activateSchema(dataset: string, version: string): Promise<DataSchemaVersion>;
  deleteSchema(dataset: string, version: string): Promise<void>;
  /** Submits a job whose result is an InferredSchema. */
  infer(request: BodyOf<Schemas['infer']>, parentJobId?: string | null): Promise<Job>;
  /** Every fault of a document; none when it can be checked. */
  checkSchema(request: BodyOf<Schemas['check']>): Promise<Problem[]>;
  exportSchema(request: BodyOf<Schemas['export']>): Promise<ResponseOf<Schemas['export']>>;
  /** Errors: data-schemas/unreadable. */
  importSchema(request: BodyOf<Schemas['import']>): ResponseOf<Schemas['import']>;
  settings(dataset: string): Promise<DataCheckSettings>;
  changeSettings(dataset: string, change: BodyOf<Schemas['changeSettings']>): Promise<DataCheckSettings>;

  /** Submits a job whose result is { validationId, verdict }. */
  start(request: DataValidationRequestInput, parentJobId?: string | null): Promise<Job>;
  list(query: ListQuery): Promise<Page<DataValidationRow>>;
  get(validationId: string): Promise<DataValidation>;
  /** Of the versions that have been checked, what the newest check of each came to. */
  verdicts(versionIds: readonly string[]): Promise<ResponseOf<Validations['verdicts']>['items']>;
  /** The newest check of a dataset version, or null. */
  newest(versionId: string): Promise<DataValidationRow | null>;
  /** What a training on a version should know of its data, and why it must not start, if so. */
  vet(version: DatasetVersion): Promise<{ warnings: string[]; refusal: string | null }>;
  /**
   * What requests of a model are held against: null asks for the schema of its training. Errors: endpoints/no-schema,
   * datasets/not-found.
   */
  requestChecks(model: TrainedModel, asked: RequestValidation['schema']): Promise<PreparedChecks>;
  /** Rows that break a rule. Errors: data-validations/not-found, data-validations/no-rows. */
  failingRows(
    validationId: string,
    ruleId: string,
    page: { offset: number; limit: number },
  ): Promise<ResponseOf<(typeof dataValidationsApi)['rows']>>;
  delete(validationId: string): Promise<void>;
  /** For the room of data: see there. */
  guard: ImportGuard;
};
