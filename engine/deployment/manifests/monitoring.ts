import { alertLimits, alertRules } from './alerts.ts';
import { dashboard } from './dashboard.ts';
import { type Draft, type Manifest, manifest, portName, type Subject } from './manifest.ts';

const longestUid = 40;

/** What Prometheus and Grafana need to watch the server. */
export function monitors(subject: Subject): Manifest[] {
  const { name, deployment } = subject;
  const { monitoring, namespace, token, runtime } = deployment;
  if (monitoring === null) return [];
  const endpoint: Draft = {
    path: '/metrics',
    interval: monitoring.interval,
    ...(token === null
      ? {}
      : { authorization: { type: 'Bearer', credentials: { name: token.name, key: token.key } } }),
  };
  const group = 'monitoring.coreos.com/v1';
  const scraping =
    runtime === 'kserve'
      ? manifest(
          subject,
          { apiVersion: group, kind: 'PodMonitor', labels: monitoring.labels },
          {
            spec: {
              selector: { matchLabels: { 'serving.kserve.io/inferenceservice': name } },
              podMetricsEndpoints: [{ port: 'http1', ...endpoint, relabelings: [jobLabel(name)] }],
            },
          },
        )
      : manifest(
          subject,
          { apiVersion: group, kind: 'ServiceMonitor', labels: monitoring.labels },
          {
            spec: {
              jobLabel: 'app.kubernetes.io/name',
              selector: { matchLabels: { 'app.kubernetes.io/name': name } },
              endpoints: [{ port: portName, ...endpoint }],
            },
          },
        );
  const rules = manifest(
    subject,
    { apiVersion: group, kind: 'PrometheusRule', labels: monitoring.labels },
    {
      spec: {
        groups: [
          {
            name,
            rules: alertRules(name, `namespace="${namespace}",job="${name}"`, alertLimits(monitoring)),
          },
        ],
      },
    },
  );
  const drawn = JSON.stringify(
    dashboard(`assay-${name}`.slice(0, longestUid), `Model server ${name}`),
    null,
    2,
  );
  const board = manifest(
    subject,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: `${name}-dashboard`,
      labels: { grafana_dashboard: '1' },
    },
    { data: { [`${name}.json`]: `${drawn}\n` } },
  );
  return [
    ...(monitoring.serviceMonitor ? [scraping] : []),
    ...(monitoring.rules ? [rules] : []),
    ...(monitoring.dashboard ? [board] : []),
  ];
}

/** Pods of KServe have no service of ours that Prometheus could take the name from. */
function jobLabel(name: string): Draft {
  return { action: 'replace', targetLabel: 'job', replacement: name };
}
