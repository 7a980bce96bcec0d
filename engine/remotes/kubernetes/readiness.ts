import { z } from 'zod';
import type { ClusterClient, ClusterObject } from './cluster-client.ts';

const Condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});
const Workload = z.looseObject({
  metadata: z.looseObject({ generation: z.number().default(0) }),
  spec: z.looseObject({ replicas: z.number().default(1) }).default({ replicas: 1 }),
  status: z
    .looseObject({
      // Argo writes it as a text.
      observedGeneration: z.coerce.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      phase: z.string().default(''),
      message: z.string().default(''),
      conditions: z.array(Condition).default([]),
    })
    .prefault({}),
});

export type Readiness = { state: 'ready' | 'waiting' | 'failed'; fraction: number | null; message: string };

/** What runs pods: these are waited for. */
export const workloadKinds = new Set(['Deployment', 'Rollout', 'InferenceService']);

/** Whether the pods of an object run what it says, as its status tells. */
export function readinessOf(object: ClusterObject): Readiness {
  const { metadata, spec, status } = Workload.parse(object);
  const name = `${object.kind} ${object.metadata.name}`;
  const condition = (type: string) => status.conditions.find((one) => one.type === type);
  if (object.kind === 'InferenceService') {
    const ready = condition('Ready');
    if (ready?.status === 'True') return { state: 'ready', fraction: 1, message: `${name} is ready` };
    return {
      state: 'waiting',
      fraction: null,
      message: `${name}: ${ready?.message || 'is being made ready'}`,
    };
  }
  if (status.observedGeneration < metadata.generation)
    return { state: 'waiting', fraction: 0, message: `${name}: the cluster has not looked at it yet` };
  const progressing = condition('Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    return { state: 'failed', fraction: null, message: `${name}: ${progressing.message}` };
  if (object.kind === 'Rollout') {
    if (status.phase === 'Degraded')
      return { state: 'failed', fraction: null, message: `${name}: ${status.message}` };
    // A pause of a canary is where it is meant to be.
    if (status.phase === 'Healthy' || status.phase === 'Paused')
      return { state: 'ready', fraction: 1, message: `${name} is ${status.phase.toLowerCase()}` };
  }
  const { replicas } = spec;
  const { updatedReplicas, availableReplicas } = status;
  const isDone =
    object.kind === 'Deployment' &&
    updatedReplicas >= replicas &&
    availableReplicas >= replicas &&
    status.replicas <= updatedReplicas;
  const message = `${name}: ${availableReplicas} of ${replicas} available, ${updatedReplicas} of this version`;
  if (isDone) return { state: 'ready', fraction: 1, message };
  const fraction =
    replicas === 0 ? null : Math.min(1, Math.min(updatedReplicas, availableReplicas) / replicas);
  return { state: 'waiting', fraction, message };
}

const ContainerState = z.looseObject({
  name: z.string(),
  restartCount: z.number().default(0),
  state: z
    .looseObject({
      waiting: z.looseObject({ reason: z.string().default(''), message: z.string().default('') }).optional(),
    })
    .default({}),
  lastState: z
    .looseObject({
      terminated: z
        .looseObject({ reason: z.string().default(''), exitCode: z.number().default(0) })
        .optional(),
    })
    .default({}),
});
const Pod = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  status: z
    .looseObject({
      phase: z.string().default(''),
      conditions: z.array(Condition).default([]),
      initContainerStatuses: z.array(ContainerState).default([]),
      containerStatuses: z.array(ContainerState).default([]),
    })
    .prefault({}),
});
const Event = z.looseObject({
  type: z.string().default(''),
  reason: z.string().default(''),
  message: z.string().default(''),
  involvedObject: z.looseObject({ name: z.string().default('') }).default({ name: '' }),
});

/** Reasons that nothing mends by waiting. */
const hopeless =
  /^(ErrImagePull|ImagePullBackOff|InvalidImageName|CrashLoopBackOff|CreateContainerConfigError|CreateContainerError)$/;
/** An image that cannot be had at once may be had at the next try. */
const restartsToGiveUp = 3;
const mostReasons = 6;

/** Why pods are not ready, each reason once, and whether waiting is of use. */
export async function podTroubles(
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<{ reasons: string[]; isHopeless: boolean }> {
  const labelSelector = `app.kubernetes.io/name=${name}`;
  const pods = (await client.list('v1', 'Pod', namespace, { labelSelector })).map((pod) => Pod.parse(pod));
  const events = (await client.list('v1', 'Event', namespace)).map((event) => Event.parse(event));
  const names = new Set([name, ...pods.map(({ metadata }) => metadata.name)]);
  const reasons = new Set<string>();
  let isHopeless = false;
  for (const { metadata, status } of pods) {
    const unscheduled = status.conditions.find(
      ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
    );
    if (unscheduled !== undefined)
      reasons.add(`${metadata.name}: ${unscheduled.message || unscheduled.reason}`);
    for (const { name: container, state, lastState, restartCount } of [
      ...status.initContainerStatuses,
      ...status.containerStatuses,
    ]) {
      const { waiting } = state;
      if (
        waiting === undefined ||
        waiting.reason === '' ||
        /^(ContainerCreating|PodInitializing)$/.test(waiting.reason)
      )
        continue;
      const ended = lastState.terminated;
      const how = ended === undefined ? '' : `, ended with ${ended.exitCode} (${ended.reason})`;
      reasons.add(`${metadata.name} ${container}: ${waiting.reason}${how}. ${waiting.message}`.trim());
      const isFinal = waiting.reason !== 'CrashLoopBackOff' || restartCount >= restartsToGiveUp;
      if (hopeless.test(waiting.reason) && waiting.reason !== 'ErrImagePull' && isFinal) isHopeless = true;
    }
  }
  for (const { type, reason, message, involvedObject } of events)
    if (type === 'Warning' && names.has(involvedObject.name))
      reasons.add(`${involvedObject.name}: ${reason}: ${message}`);
  return { reasons: [...reasons].slice(0, mostReasons), isHopeless };
}
