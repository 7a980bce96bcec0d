import type { ModelVersion } from '../../../local-api/contract/index.ts';
import type { Subject } from '../manifests/manifest.ts';
import { defaultTag, imageFolder, imageOf } from '../manifests/pod.ts';
import type { TextFiles } from './kubernetes.ts';
import { yamlOf } from './yaml.ts';

/** The signed bundle of the version, below the build context. */
export const bundleFolder = 'model';
const serverScript = 'assay-serve.mjs';

export type ImageFacts = Pick<ModelVersion, 'description' | 'createdAtMs'>;

/**
 * A build context but for the files of the model and of the server: an image without a shell, that runs without root, says
 * whether it is well, and holds the bundle with its bill of materials as it was signed.
 */
export function dockerFiles(subject: Subject, facts: ImageFacts): TextFiles {
  return new Map([
    ['Dockerfile', dockerfile(subject, facts)],
    ['.dockerignore', '*\n!package.json\n!assay-serve.mjs\n!model\n'],
    ['.github/workflows/image.yml', workflow(subject)],
    ['SERVING.md', guide(subject)],
  ]);
}

/** Two stages: npm and a shell stay out of the image. Install scripts would only fetch libraries for GPUs. */
function dockerfile({ model, version, digest, deployment }: Subject, facts: ImageFacts): string {
  const labels = {
    'org.opencontainers.image.title': model,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.created': new Date(facts.createdAtMs).toISOString(),
    ...(facts.description === ''
      ? {}
      : { 'org.opencontainers.image.description': facts.description.slice(0, 1000) }),
    'assay.model.digest': digest,
  };
  const lines = Object.entries(labels).map(([name, value]) => `${name}=${quoted(value)}`);
  const { workers, maxQueue, graceSeconds } = deployment.server;
  const command = [
    serverScript,
    imageFolder,
    ...['--host', '0.0.0.0', '--port', '8080', '--workers', String(workers)],
    ...['--max-queue', String(maxQueue), '--grace', String(graceSeconds)],
  ];
  return `FROM node:22-slim AS packages
WORKDIR /server
COPY package.json ./
RUN npm install --omit=dev --ignore-scripts --no-audit --no-fund

FROM gcr.io/distroless/nodejs22-debian12:nonroot
LABEL ${lines.join(' \\\n      ')}
WORKDIR /server
COPY --from=packages /server/node_modules ./node_modules
COPY package.json ${serverScript} ./
COPY ${bundleFolder} ${imageFolder}
USER nonroot
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:8080/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ${JSON.stringify(command)}
`;
}

/** A text between quotes as a Dockerfile takes it: on one line, and no variable put in. */
function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return `"${line.replace(/["\\$]/g, (sign) => `\\${sign}`)}"`;
}

/** Builds the image with its provenance and a bill of materials of what is in it besides the model, and keeps both beside it. */
function workflow(subject: Subject): string {
  const expression = (text: string) => `\${{ ${text} }}`;
  const image = `ghcr.io/${expression('github.repository')}`;
  return yamlOf({
    name: 'Model image',
    on: { push: { branches: ['main'] }, workflow_dispatch: {} },
    permissions: { contents: 'read', packages: 'write' },
    jobs: {
      image: {
        'runs-on': 'ubuntu-latest',
        steps: [
          { uses: 'actions/checkout@v4' },
          { name: 'Files are as they were exported', run: 'sha256sum --check checksums.sha256' },
          { uses: 'docker/setup-buildx-action@v3' },
          {
            uses: 'docker/login-action@v3',
            with: {
              registry: 'ghcr.io',
              username: expression('github.actor'),
              password: expression('secrets.GITHUB_TOKEN'),
            },
          },
          {
            uses: 'docker/build-push-action@v6',
            with: {
              context: '.',
              push: true,
              tags: `${image}:${defaultTag(subject)}`,
              provenance: 'mode=max',
              sbom: true,
            },
          },
        ],
      },
    },
  });
}

function guide(subject: Subject): string {
  const image = imageOf(subject, defaultTag(subject));
  return `# ${subject.model} ${subject.version} as an image

    docker build -t ${image} .
    docker run --rm -p 8080:8080 --read-only --cap-drop ALL -e ASSAY_SERVE_TOKEN=choose-one ${image}

The image has no shell and runs without root. \`model/\` is the signed bundle as it was exported, with its bill of materials
(\`sbom.cdx.json\`, CycloneDX) and provenance: \`assay verify bundle model\` checks it. It answers KServe v2, MLflow's
\`/invocations\` and Assay's own \`/api/v1/predictions\`; \`/metrics\` is for Prometheus, \`/health\` for whoever watches it.

    curl -H "Authorization: Bearer choose-one" -H "Content-Type: application/json" -d @model/example-request.json http://127.0.0.1:8080/api/v1/predictions

In a repository of GitHub, \`.github/workflows/image.yml\` builds the image and pushes it with provenance.
`;
}
