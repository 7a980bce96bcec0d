import type {
  Assessment,
  ListQuery,
  Page,
  Span,
  SpanOutline,
  Trace,
} from '../../local-api/contract/index.ts';
import type { Search } from '../tracking/index.ts';

/** What the application says of a whole trace, at its end. */
export type TraceInfo = {
  id: string;
  experimentId: string;
  clientRequestId: string | null;
  state: Trace['state'];
  requestTimeMs: number;
  durationMs: number | null;
  requestPreview: string | null;
  responsePreview: string | null;
  metadata: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
};

export type SpanOfTrace = { traceId: string; span: Span };
export type NewAssessment = Omit<Assessment, 'id' | 'traceId' | 'createdAtMs' | 'updatedAtMs'>;

export type TracingService = {
  /**
   * Keeps a trace; one that is there already is merged: what is given wins, other tags and metadata stay.
   * Errors: experiments/not-found, experiments/deleted.
   */
  putTrace(info: TraceInfo): Promise<Trace>;
  /**
   * Keeps spans, and makes their traces from what the spans tell when they are new. Many spans are kept part by part; one
   * that is there already is replaced, so sending again is safe. Errors as `putTrace`.
   */
  logSpans(experimentId: string, spans: readonly SpanOfTrace[]): Promise<void>;
  list(query: ListQuery): Promise<Page<Trace>>;
  count(filter: string | undefined): Promise<number>;
  search(search: Search): Promise<Page<Trace>>;
  /** Errors: traces/not-found. */
  get(traceId: string): Promise<Trace>;
  /** Those that there are, in the order asked for. */
  getMany(traceIds: readonly string[]): Promise<Trace[]>;
  /** In the order of their start. Errors: traces/not-found. */
  spans(traceId: string): Promise<Span[]>;
  /** As `spans`, without attributes, events and links: those are not even read. Errors: traces/not-found. */
  outline(traceId: string): Promise<SpanOutline[]>;
  /** Errors: traces/not-found, traces/span-not-found. */
  span(traceId: string, spanId: string): Promise<Span>;
  /** Errors: traces/not-found. */
  setTag(traceId: string, key: string, value: string): Promise<void>;
  /** Gives whether the trace had the tag. Errors: traces/not-found. */
  deleteTag(traceId: string, key: string): Promise<boolean>;
  /** Associations that are there already stay. Errors: traces/not-found. */
  linkToRun(traceIds: readonly string[], runId: string): Promise<void>;
  /** Tags set and removed in one transaction. Errors: traces/not-found. */
  updateTags(
    traceId: string,
    set: Readonly<Record<string, string>>,
    remove: readonly string[],
  ): Promise<Trace>;
  /** Of any experiment. Gives how many there were; ids of none are passed over. */
  deleteMany(traceIds: readonly string[]): Promise<number>;
  /** By id, or the oldest until a time. Gives how many there were. */
  delete(
    experimentId: string,
    which: { ids: readonly string[] } | { untilMs: number; most: number | undefined },
  ): Promise<number>;
  /** One that takes the place of another makes that one invalid. Errors: traces/not-found, assessments/not-found. */
  addAssessment(traceId: string, assessment: NewAssessment): Promise<Assessment>;
  /** Errors: assessments/not-found. */
  assessment(traceId: string, assessmentId: string): Promise<Assessment>;
  /** Errors: assessments/not-found. */
  updateAssessment(
    traceId: string,
    assessmentId: string,
    patch: Partial<Pick<Assessment, 'name' | 'value' | 'error' | 'rationale' | 'metadata'>>,
  ): Promise<Assessment>;
  /** What it took the place of is valid again. One that is not there is fine. */
  deleteAssessment(traceId: string, assessmentId: string): Promise<void>;
  /** Tells what was held back of the news. */
  close(): void;
};
