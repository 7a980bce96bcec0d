import type { TargetFinding } from '../../../local-api/contract/index.ts';
import { bad, checkWay, findingOf, good, type RemoteContext } from '../../http/index.ts';
import type { Observation, Remote } from '../target.ts';
import { verifyFiles } from '../verify-files.ts';
import { tagsOf } from './messages.ts';
import { createMlflowClient, credentials, proxyPath } from './mlflow-client.ts';
import type { MlflowConfig } from './mlflow-kind.ts';
import { planPush } from './plan-push.ts';
import { pullVersion } from './pull-version.ts';
import { pushBundle } from './push-bundle.ts';
import { findExperiment, folderOf, getVersion, marks } from './remote-models.ts';

/** A tracking server of MLflow, 2.x or 3.x, that serves artifacts itself. */
export function openMlflow(config: MlflowConfig): Remote {
  const clientOf = ({ http }: Pick<RemoteContext, 'http'>) => createMlflowClient(config, http);
  return {
    check: (context) => check(config, context),
    plan: (bundle, context) => planPush(config, clientOf(context), bundle),
    push: (bundle, context) => pushBundle(config, clientOf(context), bundle, context),

    async verify(receipt, bundle, context) {
      const client = clientOf(context);
      const { model = '', version = '' } = receipt.remoteIds;
      const folder = await folderOf(client, model, version);
      const files = new Map<string, Uint8Array>();
      for (const { path } of bundle.files) {
        context.signal.throwIfAborted();
        const bytes = await client.readFile(folder, path);
        if (bytes !== null) files.set(path, bytes);
      }
      return verifyFiles(bundle, files);
    },

    async observe(receipt, context): Promise<Observation> {
      const client = clientOf(context);
      const { model = '', version: number = '' } = receipt.remoteIds;
      const version = await getVersion(client, model, number);
      const name = `${model} version ${number}`;
      if (version === null) return { state: 'gone', detail: `${name} is not there any more.` };
      if (tagsOf(version.tags)[marks.bundle] !== receipt.bundleDigest) {
        return { state: 'changed', detail: `${name} is marked as holding something else now.` };
      }
      const there = new Map(
        (await client.listFiles(await folderOf(client, model, number))).map(({ path, sizeBytes }) => [
          path,
          sizeBytes,
        ]),
      );
      const wrong = receipt.files.filter(({ path, sizeBytes }) => there.get(path) !== sizeBytes);
      return wrong.length === 0
        ? { state: 'in-sync', detail: `${name} is as it was pushed.` }
        : {
            state: 'changed',
            detail: `Files differ there: ${wrong
              .map(({ path }) => path)
              .slice(0, 5)
              .join(', ')}.`,
          };
    },

    pull: (ref, dir, context) => pullVersion(config, clientOf(context), ref, dir, context),
  };
}

async function check(config: MlflowConfig, context: RemoteContext): Promise<TargetFinding[]> {
  const base = config.url.replace(/\/+$/, '');
  const { findings, answer } = await checkWay(
    {
      method: 'POST',
      url: `${base}/api/2.0/mlflow/experiments/search`,
      headers: { 'content-type': 'application/json', ...credentials(config) },
      body: JSON.stringify({ max_results: 1 }),
      expect: [404],
    },
    context,
  );
  if (answer === null) return findings;
  if (answer.status === 404 || !/^\s*\{/.test(answer.text())) {
    const fix =
      'Give the address without "/api" and "/#": what you open in the browser, with its path if it has one.';
    return [...findings, bad('path', `MLflow's API is not below ${base}.`, fix)];
  }
  findings.push(good('path', "MLflow's API is there."));
  try {
    const client = createMlflowClient(config, context.http);
    const experiment = await findExperiment(client, config.experiment);
    if (experiment === null) {
      findings.push(good('experiment', `"${config.experiment}" will be made by the first push.`));
      return findings;
    }
    proxyPath(experiment.artifact_location);
    findings.push(good('artifacts', `The server takes artifacts for "${config.experiment}".`));
  } catch (thrown) {
    findings.push(findingOf(thrown));
  }
  return findings;
}
