import { z } from 'zod';
import { DeploymentFields } from '../../../local-api/contract/index.ts';
import { dashboard } from '../manifests/dashboard.ts';
import { type Json, type JsonObject, type Subject, settle } from '../manifests/manifest.ts';
import { needsOf } from '../manifests/manifests.ts';
import { defaultTag, fetchImages } from '../manifests/pod.ts';
import type { Environment } from '../read-document.ts';
import { helmTemplates } from './helm-templates.ts';
import type { TextFiles } from './kubernetes.ts';
import { yamlOf } from './yaml.ts';

/** A chart whose values are the document, and a file of values an environment that says only what differs there. */
export function helmFiles(environments: readonly Environment[]): TextFiles {
  const base = environments.find(({ environment }) => environment === null);
  if (base === undefined) return new Map();
  const { subject } = base;
  const { model, version, name } = subject;
  const values = valuesOf(subject);
  const files: TextFiles = new Map([
    [
      'Chart.yaml',
      yamlOf({
        apiVersion: 'v2',
        name,
        description: `Serves ${model} over KServe v2, MLflow and Assay requests`,
        type: 'application',
        version,
        appVersion: version,
        kubeVersion: '>=1.27.0-0',
      }),
    ],
    ['values.yaml', yamlOf(values)],
    ['values.schema.json', `${JSON.stringify(valuesSchema(), null, 2)}\n`],
    ['.helmignore', '.git\n*.tgz\n'],
    [
      'files/dashboard.json',
      `${JSON.stringify(dashboard(`assay-${name}`.slice(0, 40), `Model server ${name}`), null, 2)}\n`,
    ],
    ['README.md', readme(environments, subject)],
    ...Object.entries(helmTemplates).map(([file, text]): [string, string] => [`templates/${file}`, text]),
  ]);
  for (const { environment, subject: other } of environments) {
    if (environment === null) continue;
    files.set(`values-${environment}.yaml`, yamlOf(valuesPatch(values, valuesOf(other)) ?? {}));
  }
  return files;
}

/** The document with what it leaves to the version filled in; the release gives the namespace. */
function valuesOf(subject: Subject): JsonObject {
  const { namespace: _, name: __, deployer: ___, image, ...rest } = subject.deployment;
  return settle({
    model: { name: subject.model, version: subject.version, digest: subject.digest },
    name: subject.name,
    image: { ...image, repository: image.repository ?? `model-${subject.name}`, tag: defaultTag(subject) },
    ...rest,
    fetchImages,
  });
}

/** What Helm merges into `before` to get `after`: maps are merged, lists replaced, null takes away. */
function valuesPatch(before: Json, after: Json): Json | undefined {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  if (!isMap(before) || !isMap(after)) return after;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    keys.flatMap((key): [string, Json][] => {
      const [was, is] = [before[key], after[key]];
      if (is === undefined) return [[key, null]];
      const change = was === undefined ? is : valuesPatch(was, is);
      return change === undefined ? [] : [[key, change]];
    }),
  );
}

function isMap(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ChartValues = DeploymentFields.omit({ namespace: true, deployer: true }).extend({
  model: z.strictObject({ name: z.string(), version: z.string(), digest: z.string() }),
  fetchImages: z.strictObject({ oci: z.string(), s3: z.string() }),
  global: z.record(z.string(), z.unknown()).optional(),
});

function valuesSchema(): object {
  return z.toJSONSchema(ChartValues, { io: 'input', target: 'draft-7' });
}

function readme(environments: readonly Environment[], subject: Subject): string {
  const { model, version, name, deployment } = subject;
  const lines = environments.map(({ environment, subject: { deployment: own } }) => {
    const values = environment === null ? '' : ` -f values-${environment}.yaml`;
    return `    helm upgrade --install ${name} . --namespace ${own.namespace}${values}`;
  });
  return `# Chart of ${model} ${version}

${lines.join('\n')}

Its values are the deployment document of Assay; \`values.schema.json\` describes them. What has to be there before:

${needsOf(subject)
  .map((need) => `- ${need}`)
  .join('\n')}

\`helm rollback ${name} --namespace ${deployment.namespace}\` goes back to the release before.
`;
}
