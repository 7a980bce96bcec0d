import { createHash } from 'node:crypto';
import type { PushPlanLine } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { RemoteContext } from '../../http/index.ts';
import type { Remote } from '../target.ts';
import { applyAll, goBack } from './apply.ts';
import { checkByUse } from './check-by-use.ts';
import { checkCluster } from './check-cluster.ts';
import { type ClusterClient, type ClusterObject, clusterClient } from './cluster-client.ts';
import { type ClusterAccess, readKubeconfig } from './kubeconfig.ts';
import type { KubernetesConfig } from './kubernetes-kind.ts';
import { leftOver } from './left-over.ts';
import { objectChanges } from './object-changes.ts';
import { readinessOf, workloadKinds } from './readiness.ts';
import { appliedText, type Wanted, wantedObjects } from './wanted-objects.ts';

/** A cluster: what a deployment document says is applied there as one, by server-side apply. */
export function openKubernetes(config: KubernetesConfig): Remote {
  const connect = async ({ signal }: Pick<RemoteContext, 'signal'>) => {
    const access = await readKubeconfig(config.kubeconfig, config.context);
    return { access, client: clusterClient(access, signal) };
  };

  return {
    check: (context) => checkCluster(config, context),

    async plan(bundle, context) {
      const { access, client } = await connect(context);
      const wanted = await wantedObjects(bundle, config);
      const lines: PushPlanLine[] = [];
      for (const object of wanted.objects) lines.push(await planLine(client, object, config.force));
      for (const { kind, metadata } of await leftOver(client, wanted))
        lines.push({
          what: kind,
          name: metadata.name,
          action: 'remove',
          detail: 'is not in the document any more',
          sizeBytes: null,
        });
      const actions = lines.map(({ action }) => action);
      return {
        where: whereOf(access, wanted),
        verdict: actions.includes('conflict')
          ? 'conflict'
          : actions.every((action) => action === 'keep')
            ? 'same'
            : actions.every((action) => action === 'create')
              ? 'new'
              : 'update',
        lines,
        warnings: [],
      };
    },

    async push(bundle, context) {
      const { access, client } = await connect(context);
      const wanted = await wantedObjects(bundle, config);
      // Nothing is changed before the cluster has taken all of it on trial.
      const before: (ClusterObject | null)[] = [];
      for (const object of wanted.objects) {
        before.push(await client.get(object));
        await client.apply(object, { dryRun: true, force: config.force });
      }
      try {
        await applyAll(client, wanted, context, config);
      } catch (thrown) {
        if (config.rollBack && !context.signal.aborted) await goBack(client, wanted, before, context);
        throw thrown;
      }
      for (const object of await leftOver(client, wanted)) {
        await client.delete(object);
        context.log(`${object.kind} ${object.metadata.name} removed: it is not in the document any more`);
      }
      return {
        where: whereOf(access, wanted),
        link: null,
        remoteIds: {
          context: access.context,
          namespace: wanted.namespace,
          name: wanted.name,
          objects: refsOf(wanted.objects),
          applied: fingerprint(wanted.objects),
        },
        files: [],
      };
    },

    async verify(_receipt, bundle, context) {
      const { client } = await connect(context);
      const wanted = await wantedObjects(bundle, config);
      const { objects } = wanted;
      const changed: string[] = [];
      for (const object of objects) {
        const line = await planLine(client, object, config.force);
        if (line.action !== 'keep') changed.push(`${line.what} ${line.name}`);
      }
      const workloads = objects.filter(({ kind }) => workloadKinds.has(kind));
      const states = await Promise.all(workloads.map((object) => client.get(object)));
      const readiness = states.flatMap((state) => (state === null ? [] : [readinessOf(state)]));
      return [
        {
          name: 'Every object is there as it was applied',
          ok: changed.length === 0,
          detail:
            changed.length === 0 ? `${objects.length} objects.` : `Not as applied: ${changed.join(', ')}.`,
        },
        {
          name: 'The pods are ready',
          ok: readiness.length === workloads.length && readiness.every(({ state }) => state === 'ready'),
          detail: readiness.map(({ message }) => message).join('; '),
        },
        ...(await checkByUse(client, wanted, bundle)),
      ];
    },

    async observe({ remoteIds }, context) {
      const { client } = await connect(context);
      const refs = readRefs(remoteIds.objects ?? '', remoteIds.namespace ?? '');
      const there: ClusterObject[] = [];
      const gone: string[] = [];
      for (const ref of refs) {
        const object = await client.get(ref);
        if (object === null) gone.push(`${ref.kind} ${ref.metadata.name}`);
        else there.push(object);
      }
      if (there.length === 0) return { state: 'gone', detail: 'None of the objects is there any more.' };
      if (gone.length > 0) return { state: 'changed', detail: `Not there any more: ${gone.join(', ')}.` };
      if (fingerprint(there) !== remoteIds.applied)
        return { state: 'changed', detail: 'Something else was applied since.' };
      const waiting = there
        .filter(({ kind }) => workloadKinds.has(kind))
        .map(readinessOf)
        .filter(({ state }) => state !== 'ready');
      const detail =
        waiting.length === 0
          ? 'All objects are there, and the pods are ready.'
          : waiting.map(({ message }) => message).join('; ');
      return { state: 'in-sync', detail };
    },
  };
}

function whereOf({ server, context }: ClusterAccess, { namespace, name }: Wanted): string {
  return `${name} in ${namespace} of ${context} (${new URL(server).host})`;
}

/** Of what was applied to objects, whatever the cluster has added to them. */
function fingerprint(objects: readonly ClusterObject[]): string {
  const texts = objects.map((object) => appliedText(object) ?? '').sort();
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}

function refsOf(objects: readonly ClusterObject[]): string {
  return objects.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`).join('\n');
}

function readRefs(text: string, namespace: string): ClusterObject[] {
  return text.split('\n').flatMap((line) => {
    const [apiVersion, kind, name] = line.split(' ');
    return apiVersion === undefined || kind === undefined || name === undefined
      ? []
      : [{ apiVersion, kind, metadata: { name, namespace } }];
  });
}

/** What applying an object would do, as the cluster says on trial. */
async function planLine(client: ClusterClient, object: ClusterObject, force: boolean): Promise<PushPlanLine> {
  const line = { what: object.kind, name: object.metadata.name, sizeBytes: null };
  try {
    const before = await client.get(object);
    const after = await client.apply(object, { dryRun: true, force });
    if (before === null) return { ...line, action: 'create', detail: 'is not there yet' };
    const changes = objectChanges(before, after);
    return changes.length === 0
      ? { ...line, action: 'keep', detail: 'is as it should be' }
      : { ...line, action: 'change', detail: changes.join('; ') };
  } catch (thrown) {
    const isTold =
      thrown instanceof AssayError && /^targets\/(conflict|unsupported|refused)$/.test(thrown.code);
    if (!isTold) throw thrown;
    return { ...line, action: 'conflict', detail: thrown.message };
  }
}
