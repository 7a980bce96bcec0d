import { alertLimits, alertRules } from '../manifests/alerts.ts';
import { dashboard } from '../manifests/dashboard.ts';
import { type Subject, serverPort } from '../manifests/manifest.ts';
import { defaultTag, imageOf } from '../manifests/pod.ts';
import type { TextFiles } from './kubernetes.ts';
import { yamlOf } from './yaml.ts';

const images = { prometheus: 'prom/prometheus:v3.5.0', grafana: 'grafana/grafana:12.1.0' };
const ports = { prometheus: 9090, grafana: 3000 };
const sourceUid = 'prometheus';
/** The folder of the build context. */
export const contextFolder = 'image';
const dashboardsFolder = '/var/lib/grafana/dashboards';

/** A model server with Prometheus and Grafana set up beside it. The build context lies in `image/`. */
export function composeFiles(subject: Subject): TextFiles {
  const { name, deployment } = subject;
  const limits = alertLimits({ maxErrorRatio: 0.01, maxP99Seconds: 0.5, ...deployment.monitoring });
  const rules = { groups: [{ name, rules: alertRules(name, `job="${name}"`, limits) }] };
  return new Map([
    ['compose.yaml', yamlOf(composeFile(subject))],
    ['.env.example', environmentExample],
    [
      'prometheus/prometheus.yml',
      yamlOf({
        global: { scrape_interval: deployment.monitoring?.interval ?? '15s', evaluation_interval: '15s' },
        rule_files: ['/etc/prometheus/rules.yml'],
        scrape_configs: [{ job_name: name, static_configs: [{ targets: [`model:${serverPort}`] }] }],
      }),
    ],
    ['prometheus/rules.yml', yamlOf(rules)],
    [
      'grafana/provisioning/datasources/prometheus.yaml',
      yamlOf({
        apiVersion: 1,
        datasources: [
          {
            name: 'Prometheus',
            type: 'prometheus',
            uid: sourceUid,
            access: 'proxy',
            url: `http://prometheus:${ports.prometheus}`,
            isDefault: true,
          },
        ],
      }),
    ],
    [
      'grafana/provisioning/dashboards/models.yaml',
      yamlOf({
        apiVersion: 1,
        providers: [
          {
            name: 'models',
            orgId: 1,
            folder: 'Models',
            type: 'file',
            disableDeletion: true,
            updateIntervalSeconds: 30,
            options: { path: dashboardsFolder },
          },
        ],
      }),
    ],
    [
      `grafana/dashboards/${name}.json`,
      `${JSON.stringify(dashboard(`assay-${name}`.slice(0, 40), `Model server ${name}`), null, 2)}\n`,
    ],
    ['README.md', readme(subject)],
  ]);
}

function composeFile(subject: Subject) {
  const { name, deployment } = subject;
  const { resources, server } = deployment;
  const shared = {
    restart: 'unless-stopped',
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
  };
  return {
    name,
    services: {
      model: {
        image: imageOf(subject, defaultTag(subject)),
        build: { context: `./${contextFolder}` },
        command: [
          'assay-serve.mjs',
          '/model',
          '--host',
          '0.0.0.0',
          '--port',
          String(serverPort),
          '--workers',
          String(server.workers),
          '--max-queue',
          String(server.maxQueue),
          '--grace',
          String(server.graceSeconds),
        ],
        ports: [`127.0.0.1:\${MODEL_PORT:-${serverPort}}:${serverPort}`],
        read_only: true,
        tmpfs: ['/tmp'],
        stop_grace_period: `${server.graceSeconds + 5}s`,
        deploy: { resources: { limits: { memory: composeMemory(resources.limits.memory) } } },
        ...shared,
      },
      prometheus: {
        image: images.prometheus,
        depends_on: { model: { condition: 'service_healthy' } },
        ports: [`127.0.0.1:\${PROMETHEUS_PORT:-${ports.prometheus}}:${ports.prometheus}`],
        volumes: [
          './prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro',
          './prometheus/rules.yml:/etc/prometheus/rules.yml:ro',
          'prometheus-data:/prometheus',
        ],
        ...shared,
      },
      grafana: {
        image: images.grafana,
        depends_on: ['prometheus'],
        ports: [`127.0.0.1:\${GRAFANA_PORT:-${ports.grafana}}:${ports.grafana}`],
        environment: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose puts the value in
          GF_SECURITY_ADMIN_PASSWORD: '${GRAFANA_PASSWORD:?set it in .env}',
          GF_ANALYTICS_REPORTING_ENABLED: 'false',
          GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
        },
        volumes: [
          './grafana/provisioning:/etc/grafana/provisioning:ro',
          `./grafana/dashboards:${dashboardsFolder}:ro`,
          'grafana-data:/var/lib/grafana',
        ],
        ...shared,
      },
    },
    volumes: { 'prometheus-data': {}, 'grafana-data': {} },
  };
}

/** Compose counts in 1024s and has no i: 512Mi is 512m there. */
function composeMemory(quantity: string): string {
  const [, digits = '512', unit = ''] = /^([\d.]+)([KMGTPE]i|[kMGTPE]|m)?$/.exec(quantity) ?? [];
  const powers = ['', 'k', 'm', 'g', 't'];
  const power = powers.indexOf(unit.charAt(0).toLowerCase());
  const isBinary = unit.endsWith('i');
  const bytes = Number(digits) * (isBinary ? 1024 : 1000) ** Math.max(0, power);
  return `${Math.ceil(bytes / 1024 ** 2)}m`;
}

const environmentExample = `# Copy to .env. Ports are open to this machine only.
GRAFANA_PASSWORD=
MODEL_PORT=${serverPort}
PROMETHEUS_PORT=${ports.prometheus}
GRAFANA_PORT=${ports.grafana}
`;

function readme({ model, version, name }: Subject): string {
  return `# ${model} ${version} on one machine

    cp .env.example .env         # choose a password for Grafana
    docker compose up --build --detach

| what | where |
| --- | --- |
| predictions (KServe v2, MLflow, Assay) | http://127.0.0.1:${serverPort} |
| Prometheus, with alerts | http://127.0.0.1:${ports.prometheus} |
| Grafana, dashboard "Model server ${name}" | http://127.0.0.1:${ports.grafana}, user admin |

    curl -H "Content-Type: application/json" -d @image/model/example-request.json http://127.0.0.1:${serverPort}/api/v1/predictions

The model server runs without root on a read-only file system. \`image/\` is its build context; \`docker compose build\` makes the image
again after a change.
`;
}
