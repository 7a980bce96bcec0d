import { AssayError, messageOf } from '../../errors.ts';
import type { PushContext } from '../target.ts';
import type { ClusterClient, ClusterObject } from './cluster-client.ts';
import type { KubernetesConfig } from './kubernetes-kind.ts';
import { podTroubles, type Readiness, readinessOf, workloadKinds } from './readiness.ts';
import { appliedBefore, type Wanted } from './wanted-objects.ts';

/** Pods are looked at this often while they are waited for. */
const lookMs = 5000;

/** Applies objects in their order and waits for the pods. Errors: targets/refused with what the pods say. */
export async function applyAll(
  client: ClusterClient,
  wanted: Wanted,
  context: PushContext,
  config: Pick<KubernetesConfig, 'force' | 'waitSeconds'>,
): Promise<void> {
  const { objects } = wanted;
  for (const [index, object] of objects.entries()) {
    context.signal.throwIfAborted();
    const name = `${object.kind} ${object.metadata.name}`;
    context.progress((0.3 * index) / objects.length, `Applying ${name}`);
    await client.apply(object, { dryRun: false, force: config.force });
    context.log(`${name} applied`);
  }
  if (config.waitSeconds === 0) return;
  for (const object of objects)
    if (workloadKinds.has(object.kind)) await ready(client, object, wanted, context, config.waitSeconds);
}

async function ready(
  client: ClusterClient,
  object: ClusterObject,
  { namespace, name }: Wanted,
  context: PushContext,
  waitSeconds: number,
): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  let last: Readiness = { state: 'waiting', fraction: 0, message: '' };
  let trouble: Awaited<ReturnType<typeof podTroubles>> = { reasons: [], isHopeless: false };
  const look = async () => {
    trouble = await podTroubles(client, namespace, name);
    if (trouble.isHopeless) ended.abort('hopeless');
  };
  // What pods say is a help; the watch alone decides, so a failed look is passed over.
  const looking = setInterval(() => void look().catch(() => {}), lookMs);
  const overtime = setTimeout(() => ended.abort('overtime'), waitSeconds * 1000);
  try {
    await client.watch(
      object,
      (seen) => {
        last = readinessOf(seen);
        context.progress(0.3 + 0.65 * (last.fraction ?? 0), last.message);
        return last.state !== 'waiting';
      },
      signal,
    );
  } catch (thrown) {
    context.signal.throwIfAborted();
    if (!ended.signal.aborted) throw thrown;
  } finally {
    clearInterval(looking);
    clearTimeout(overtime);
  }
  if (last.state === 'ready') {
    context.log(last.message);
    return;
  }
  await look().catch(() => {});
  const why = ended.signal.reason === 'overtime' ? `after ${waitSeconds} s` : 'and waiting is of no use';
  const said = last.message === '' ? `${object.kind} ${object.metadata.name}` : last.message;
  throw new AssayError('targets/refused', `The pods do not become ready, ${why}. ${said}`, {
    problems: trouble.reasons.map((message) => ({ path: '', message })),
    hint: trouble.reasons[0] ?? 'Look at the events of the namespace: kubectl get events.',
  });
}

/**
 * Brings back what was applied before: what was not there is taken away, and what others had made stays as it is now. A failure
 * of this is told, and does not hide the one before it.
 */
export async function goBack(
  client: ClusterClient,
  { objects }: Wanted,
  before: readonly (ClusterObject | null)[],
  context: PushContext,
): Promise<void> {
  for (const [index, object] of [...objects.entries()].reverse()) {
    const was = before[index] ?? null;
    const name = `${object.kind} ${object.metadata.name}`;
    const earlier = was === null ? null : appliedBefore(was);
    context.progress(null, `Going back: ${name}`);
    try {
      // The files in a claim may be of use to the next try.
      if (was === null && object.kind !== 'PersistentVolumeClaim') await client.delete(object);
      if (earlier !== null) await client.apply(earlier, { dryRun: false, force: true });
      context.log(was === null ? `${name} removed again` : `${name} is as it was`);
    } catch (thrown) {
      context.log(`${name} could not be taken back: ${messageOf(thrown)}`);
    }
  }
}
