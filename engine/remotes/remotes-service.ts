import type {
  Job,
  Push,
  PushPlan,
  PushTarget,
  TargetCheck,
  TargetConfig,
  TargetKindInfo,
} from '../../local-api/contract/index.ts';
import type { SecretPatch } from '../secrets/index.ts';
import type { TrainingPlaces } from '../training/index.ts';
import type { PushQuery } from './push-rows.ts';

/** Targets are named by name or id. */
export type RemotesService = TrainingPlaces & {
  kinds(): TargetKindInfo[];
  /** By name. */
  list(): Promise<PushTarget[]>;
  /** Errors: targets/not-found. */
  get(target: string): Promise<PushTarget>;
  /** Errors: targets/name-taken, targets/unknown-kind, targets/bad-config. */
  create(input: {
    name: string;
    kind: string;
    config: TargetConfig;
    secrets: SecretPatch;
  }): Promise<PushTarget>;
  /** What a job needs to reach a target, with its secrets. Errors: targets/not-found, secrets/unreadable. */
  ready(
    target: string,
  ): Promise<{ row: { name: string; kind: string }; config: Record<string, unknown>; hidden: string[] }>;
  /** Pushes that wait are tried again at once. Errors: targets/not-found, targets/name-taken, targets/bad-config. */
  update(
    target: string,
    patch: {
      name?: string | undefined;
      config?: TargetConfig | undefined;
      secrets?: SecretPatch | undefined;
    },
  ): Promise<PushTarget>;
  /** With its secrets; pushes that wait for it are cancelled, receipts stay. Errors: targets/not-found. */
  delete(target: string): Promise<void>;
  /** Never throws for what it finds there. Errors: targets/not-found, secrets/unreadable. */
  check(target: string, signal?: AbortSignal): Promise<TargetCheck>;
  /** Waits for a job that makes the bundle and looks at the target. */
  plan(target: string, model: string, signal?: AbortSignal): Promise<PushPlan>;
  /** The same version to the same target while a push is under way gives that one; one that waits is tried at once. */
  push(
    target: string,
    request: { model: string; verify: boolean },
    options?: { parentJobId?: string | null },
  ): Promise<Push>;
  /** Errors: targets/cannot-pull. */
  pull(target: string, request: { model: string; as?: string | undefined }): Promise<Job>;
  listPushes(query: PushQuery): Promise<Push[]>;
  getPush(pushId: string): Promise<Push>;
  /** Errors: pushes/not-found, pushes/ended. */
  cancelPush(pushId: string): Promise<Push>;
  /** Errors: pushes/not-found, pushes/no-receipt, targets/not-found. */
  observe(pushId: string): Promise<Push>;
  /** Begins to look after pushes that wait and after what was pushed. */
  start(): void;
  /** One round of that: tries what is due, looks at what was not looked at lately. */
  lookAfter(): Promise<void>;
  close(): Promise<void>;
};
