import { type FarAnswer, type FarEnd, farEnd } from './far-end.ts';

type Tag = { key: string; value: string };
type Version = { name: string; version: string; source: string; run_id: string; status: string; tags: Tag[] };
export type FarMlflow = FarEnd & {
  /** By path below the root of the artifacts. */
  artifacts: Map<string, Buffer>;
  versions: Version[];
};

const prefix = '/api/2.0/mlflow-artifacts/artifacts';
const missing: FarAnswer = {
  status: 404,
  body: '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"not there"}',
};
const json = (value: unknown): FarAnswer => ({ status: 200, body: JSON.stringify(value) });

/** As much of MLflow 2's REST API as a push needs, for faults; what MLflow really does is tested with MLflow. */
export async function farMlflow(): Promise<FarMlflow> {
  const artifacts: FarMlflow['artifacts'] = new Map();
  const versions: Version[] = [];
  const models = new Map<string, { alias: string; version: string }[]>();
  const runs = new Map<string, Tag[]>();
  const hasExperiment = { made: false };

  const run = (id: string) => ({
    run: {
      info: { run_id: id, experiment_id: '1', artifact_uri: `mlflow-artifacts:/1/${id}/artifacts` },
      data: { tags: runs.get(id) ?? [] },
    },
  });
  const version = (found: Version | undefined) =>
    found === undefined ? missing : json({ model_version: found });

  const far = await farEnd(({ method, url, body }) => {
    const path = decodeURIComponent(url.pathname);
    if (path.startsWith(`${prefix}/`)) {
      const name = path.slice(prefix.length + 1);
      if (method === 'PUT') artifacts.set(name, body);
      const bytes = artifacts.get(name);
      return bytes === undefined ? missing : { status: 200, body: method === 'PUT' ? '{}' : bytes };
    }
    if (path === prefix) return json({ files: listed(artifacts, url.searchParams.get('path') ?? '') });
    const given = method === 'GET' ? Object.fromEntries(url.searchParams) : JSON.parse(body.toString('utf8'));
    const name = String(given.name);
    switch (path.slice('/api/2.0/mlflow/'.length)) {
      case 'experiments/get-by-name':
        return hasExperiment.made
          ? json({ experiment: { experiment_id: '1', artifact_location: 'mlflow-artifacts:/1' } })
          : missing;
      case 'experiments/create':
        hasExperiment.made = true;
        return json({ experiment_id: '1' });
      case 'runs/search': {
        const digest = /'(sha256:\w+)'/.exec(given.filter)?.[1];
        const found = [...runs].find(([, tags]) => tags.some(({ value }) => value === digest));
        return json({ runs: found === undefined ? [] : [run(found[0]).run] });
      }
      case 'runs/create': {
        const id = `r${runs.size + 1}`;
        runs.set(id, given.tags);
        return json(run(id));
      }
      case 'runs/get':
        return json(run(given.run_id));
      case 'runs/log-batch':
      case 'runs/update':
        return json({});
      case 'registered-models/create':
        models.set(name, models.get(name) ?? []);
        return json({});
      case 'registered-models/get': {
        const aliases = models.get(name);
        return aliases === undefined ? missing : json({ registered_model: { name, aliases } });
      }
      case 'registered-models/alias':
        models.get(name)?.push({ alias: given.alias, version: given.version });
        return json({});
      case 'model-versions/search':
        return json({ model_versions: versions });
      case 'model-versions/create': {
        const { source, run_id, tags } = given;
        versions.push({ name, version: String(versions.length + 1), source, run_id, status: 'READY', tags });
        return version(versions.at(-1));
      }
      case 'model-versions/get':
        return version(versions.find((known) => known.version === given.version));
      case 'model-versions/get-download-uri': {
        const found = versions.find((known) => known.version === given.version);
        return found === undefined
          ? missing
          : json({ artifact_uri: `mlflow-artifacts:/1/${found.run_id}/artifacts/model` });
      }
      default:
        return missing;
    }
  });
  return Object.assign(far, { artifacts, versions });
}

function listed(artifacts: FarMlflow['artifacts'], folder: string) {
  const below = [...artifacts].filter(([path]) => path.startsWith(`${folder}/`));
  const entries = below.map(([path, bytes]) => {
    const [name = '', ...rest] = path.slice(folder.length + 1).split('/');
    return [name, { path: name, is_dir: rest.length > 0, file_size: bytes.byteLength }] as const;
  });
  return [...new Map(entries).values()];
}
