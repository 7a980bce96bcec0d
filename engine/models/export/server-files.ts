import { AssayError } from '../../errors.ts';
import { type OnnxVersion, onnxRuntimeVersion } from '../../onnx/index.ts';
import { readBuiltFile } from '../../system/index.ts';

const scriptName = 'assay-serve.mjs';

/** The stand-alone server as one file. Errors: `export/no-server` when it was not built. */
export async function readServerScript(): Promise<Uint8Array> {
  const bytes = await readBuiltFile(scriptName);
  if (bytes !== null) return bytes;
  throw new AssayError('export/no-server', `The file ${scriptName} is missing in this installation.`);
}

/** What makes an export a server: the script, its one dependency, and how to pack both into an image. */
export function serverFiles(
  { model, version }: Pick<OnnxVersion, 'model' | 'version'>,
  script: Uint8Array,
): [path: string, bytes: Uint8Array][] {
  const texts: [string, string][] = [
    ['package.json', packageFile(model, version)],
    ['Dockerfile', dockerfile],
    ['.dockerignore', 'node_modules\n'],
    ['SERVING.md', servingGuide(model, version)],
  ];
  return [
    [scriptName, script],
    ...texts.map(([path, text]): [string, Uint8Array] => [path, Buffer.from(text, 'utf8')]),
  ];
}

/** What npm takes for a name, which is less than what a model may be called. */
function packageName(model: string): string {
  const plain = model
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `model-${plain}`.slice(0, 200).replace(/-+$/, '');
}

function packageFile(model: string, version: string): string {
  const content = {
    name: packageName(model),
    version,
    private: true,
    type: 'module',
    scripts: { start: `node ${scriptName} .` },
    engines: { node: '>=20' },
    dependencies: { 'onnxruntime-node': onnxRuntimeVersion },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/**
 * Two stages, so that npm and a shell stay out of the image that runs. Install scripts are left out: they would only
 * fetch libraries for GPUs.
 */
const dockerfile = `FROM node:22-slim AS packages
WORKDIR /model
COPY package.json ./
RUN npm install --omit=dev --ignore-scripts --no-audit --no-fund

FROM gcr.io/distroless/nodejs22-debian12:nonroot
WORKDIR /model
COPY --from=packages /model/node_modules ./node_modules
COPY . .
USER nonroot
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:8080/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["${scriptName}", "/model", "--host", "0.0.0.0", "--port", "8080"]
`;

function servingGuide(model: string, version: string): string {
  const image = `${packageName(model)}:${version}`;
  return `# Serve ${model} ${version}

With Node 20 or newer:

    npm install --ignore-scripts
    node ${scriptName} .

As an image, without root and with a health check:

    docker build -t ${image} .
    docker run --rm -p 8080:8080 -e ASSAY_SERVE_TOKEN=choose-one ${image}

It answers KServe v2 (\`/v2/models/…/infer\`) and v1, MLflow's \`/invocations\`, Assay's own \`/api/v1/predictions\`,
\`/metrics\` for Prometheus and \`/health\`:

    curl -H "Content-Type: application/json" -d @example-request.json http://127.0.0.1:8080/api/v1/predictions

\`node ${scriptName} --help\` lists the options: port, address, token, workers, limits.
`;
}
