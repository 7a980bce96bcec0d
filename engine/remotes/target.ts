import type { z } from 'zod';
import type {
  Cell,
  ModelVersion,
  PredictResponse,
  PushPlan,
  PushReceipt,
  PushVerification,
  RemoteState,
  TargetFinding,
} from '../../local-api/contract/index.ts';
import type { RemoteContext } from '../http/index.ts';

/*
 * What a kind of target is to the rest. A kind is a module that calls `defineTargetKind`; `kinds.ts` lists them. The core
 * does the rest: settings and secrets, jobs, resuming, receipts, waiting while offline, watching.
 */

/** One file of what is pushed. */
export type BundleFile = {
  /** Relative, with forward slashes. */
  path: string;
  /** `sha256:` and 64 hexadecimal digits. */
  digest: string;
  sizeBytes: number;
  bytes(): Promise<Uint8Array>;
};

/** What came of a run, for targets that keep runs. */
export type BundleRun = {
  id: string;
  name: string;
  params: Record<string, string>;
  /** The last finite value of each. */
  metrics: Record<string, { value: number; step: number; timestampMs: number }>;
  tags: Record<string, string>;
  startedAtMs: number;
  endedAtMs: number | null;
};

/** A version with all its files: the same version gives the same bytes. */
export type Bundle = {
  version: ModelVersion & { digest: string; signature: NonNullable<ModelVersion['signature']> };
  /** Of the list of all paths and digests: two bundles with one digest are the same. */
  digest: string;
  /** Sorted by path. */
  files: readonly BundleFile[];
  run: BundleRun | null;
  /** Rows with the answers that the model gave here. */
  golden: { rows: Record<string, Cell>[]; answers: Answers };
};

export type Answers = Pick<PredictResponse, 'label' | 'classes' | 'probabilities' | 'value'>;

export type PushContext = RemoteContext & {
  /** A fraction from 0 to 1, or null where it is not known, and what is being done. */
  progress(fraction: number | null, message: string): void;
  log(text: string): void;
  /** Counts bytes of files that went out otherwise than by `http`. */
  sent(bytes: number): void;
  /**
   * What an attempt that was cut off had saved (null: nothing), to go on from there; save after each file or part. It is
   * JSON, and outlives the engine. It is of an earlier version of the program perhaps: parse it leniently.
   */
  state: { saved: unknown; save(state: unknown): void };
};

/** What a target itself adds to a plan; the core adds target, model, version and digest, and counts. */
export type RemotePlan = Pick<PushPlan, 'where' | 'verdict' | 'lines' | 'warnings'>;
/** What a target itself says of a push; the core adds bytes, seconds and time. */
export type RemoteReceipt = Pick<PushReceipt, 'where' | 'link' | 'remoteIds' | 'files'>;
export type Observation = { state: RemoteState; detail: string };
/** What came back from a target, by path. */
export type PulledFiles = ReadonlyMap<string, Uint8Array>;

/** A version as another registry has it. Files are written below `dir`, none outside of it. */
export type PulledVersion = {
  model: string;
  /** As Assay counts, when it is one of ours. */
  version: string | null;
  description: string;
  aliases: string[];
  tags: Record<string, string>;
  run: Omit<BundleRun, 'metrics' | 'endedAtMs'> & {
    metrics: Record<string, number>;
    endedAtMs: number | null;
  };
  /** Names it there for people: an address. */
  from: string;
  files: { path: string; sizeBytes: number }[];
};

/**
 * A target that is set up. All throw AssayError: targets/unreachable, targets/unauthorized, targets/refused, targets/full,
 * targets/unsupported, targets/damaged and jobs/cancelled.
 */
export type Remote = {
  /** Looks at the way there from its beginning; never throws for what it finds. Writes nothing that stays. */
  check(context: RemoteContext): Promise<TargetFinding[]>;
  /** Sends nothing. */
  plan(bundle: Bundle, context: RemoteContext): Promise<RemotePlan>;
  /**
   * Sends what is not there yet. What names the version comes last: nothing half-sent is ever found under its name. The
   * same version twice sends no file. Errors: also targets/conflict.
   */
  push(bundle: Bundle, context: PushContext): Promise<RemoteReceipt>;
  /** Verifies by use. Targets that keep files pull them back and give them to `verifyFiles`. */
  verify(receipt: PushReceipt, bundle: Bundle, context: RemoteContext): Promise<PushVerification['checks']>;
  /** Whether what was pushed is still there. Cheap: asked now and then. */
  observe(receipt: PushReceipt, context: RemoteContext): Promise<Observation>;
  /** Fetches a version (`name`, `name@alias` or `name/1.2.0`) to a folder. Errors: also targets/not-there. */
  pull?(
    ref: string,
    dir: string,
    context: RemoteContext & Pick<PushContext, 'progress'>,
  ): Promise<PulledVersion>;
};

/** Work that a target does for us: a training. */
export type RemoteWork = {
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'stopped';
  /** In its own words; empty where it says nothing. */
  detail: string;
};

/** A target that trains. Work has an id of ours, so that it is found again whatever happens here. Errors as of `Remote`. */
export type RemoteTrainer = {
  /**
   * Starts the program of a training order (`trainingOrder`) with so much memory for it. Starting what is there already does
   * nothing.
   */
  start(
    id: string,
    order: ReadonlyMap<string, Uint8Array>,
    limits: { memoryMb: number },
    context: RemoteContext,
  ): Promise<void>;
  /** Null: there is no such work. */
  look(id: string, context: RemoteContext): Promise<RemoteWork | null>;
  /** All that it has printed so far. */
  printed(id: string, context: RemoteContext): Promise<string>;
  /** Stopping what has ended or is not there does nothing. */
  stop(id: string, context: RemoteContext): Promise<void>;
};

export type TargetKind = {
  /** Stable: kept in the database. */
  kind: string;
  title: string;
  description: string;
  /** Of an object whose properties are texts, numbers, truth values or lists of texts. */
  configSchema: z.ZodObject;
  canPull: boolean;
  /** Where it is, for people. `config` is valid. */
  address(config: unknown): string;
  open(config: unknown): Promise<Remote>;
  /** Null: nothing can be trained there. */
  openTrainer: ((config: unknown) => Promise<RemoteTrainer>) | null;
};

/** Binds settings to their schema. `open` imports what is heavy only then. */
export function defineTargetKind<S extends z.ZodObject>(kind: {
  kind: string;
  title: string;
  description: string;
  configSchema: S;
  canPull?: boolean;
  address(config: z.output<S>): string;
  open(config: z.output<S>): Promise<Remote>;
  openTrainer?(config: z.output<S>): Promise<RemoteTrainer>;
}): TargetKind {
  const { configSchema, canPull = false, openTrainer } = kind;
  return {
    ...kind,
    canPull,
    address: (config) => kind.address(configSchema.parse(config)),
    open: (config) => kind.open(configSchema.parse(config)),
    openTrainer: openTrainer === undefined ? null : (config) => openTrainer(configSchema.parse(config)),
  };
}
