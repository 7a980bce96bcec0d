import type { JsonObject } from './manifest.ts';

type Panel = {
  title: string;
  unit: string;
  description: string;
  queries: [expression: string, legend: string][];
};

const http = 'assay_http_request_duration_seconds';
const chosen = 'job=~"$job"';
const model = `${chosen},model=~"$model"`;

const panels: Panel[] = [
  {
    title: 'Predictions',
    unit: 'reqps',
    description: 'Prediction requests a second, by version and outcome',
    queries: [
      [
        `sum by (version, outcome) (rate(assay_predictions_total{${model}}[$__rate_interval]))`,
        '{{version}} {{outcome}}',
      ],
    ],
  },
  {
    title: 'Rows',
    unit: 'rowsps',
    description: 'Rows predicted a second, by version',
    queries: [
      [`sum by (version) (rate(assay_prediction_rows_total{${model}}[$__rate_interval]))`, '{{version}}'],
    ],
  },
  {
    title: 'Time of a prediction',
    unit: 's',
    description: 'Without HTTP: median and the slowest hundredth, by version',
    queries: [0.5, 0.99].map((quantile): [string, string] => [
      `histogram_quantile(${quantile}, sum by (version, le) (rate(assay_prediction_duration_seconds_bucket{${model}}[$__rate_interval])))`,
      `{{version}} p${quantile * 100}`,
    ]),
  },
  {
    title: 'Answers by status',
    unit: 'reqps',
    description: 'HTTP answers a second: 4xx are faults of callers, 503 is a full queue',
    queries: [[`sum by (status) (rate(${http}_count{${chosen}}[$__rate_interval]))`, '{{status}}']],
  },
  {
    title: 'Failing requests',
    unit: 'percentunit',
    description: 'Share of HTTP answers with a status of 500 or more',
    queries: [
      [
        `sum(rate(${http}_count{${chosen},status=~"5.."}[$__rate_interval])) / sum(rate(${http}_count{${chosen}}[$__rate_interval]))`,
        'failing',
      ],
    ],
  },
  {
    title: 'Memory',
    unit: 'bytes',
    description: 'Resident memory of each process',
    queries: [[`process_resident_memory_bytes{${chosen}}`, '{{instance}}']],
  },
];

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana puts the chosen source in
const source = { type: 'prometheus', uid: '${DS_PROM}' };

/** A dashboard of Grafana over the metrics of the model server. `uid` names it there, 40 signs at most. */
export function dashboard(uid: string, title: string): JsonObject {
  return {
    uid,
    title,
    tags: ['assay', 'model-server'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    timezone: 'browser',
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    annotations: { list: [] },
    templating: {
      list: [
        { name: 'DS_PROM', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
        variable('job', 'Server', 'label_values(assay_predictions_total, job)'),
        variable('model', 'Model', 'label_values(assay_predictions_total{job=~"$job"}, model)'),
      ],
    },
    panels: panels.map(({ title: name, unit, description, queries }, index) => ({
      id: index + 1,
      type: 'timeseries',
      title: name,
      description,
      gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
      datasource: source,
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
      targets: queries.map(([expr, legendFormat], number) => ({
        refId: String.fromCharCode(65 + number),
        datasource: source,
        expr,
        legendFormat,
      })),
    })),
  };
}

function variable(name: string, label: string, query: string): JsonObject {
  return {
    name,
    label,
    type: 'query',
    datasource: source,
    definition: query,
    query: { query, refId: name },
    refresh: 2,
    includeAll: true,
    multi: true,
    sort: 1,
    current: { selected: true, text: ['All'], value: ['$__all'] },
  };
}
