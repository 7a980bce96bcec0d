import cluster from 'node:cluster';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { ServingService } from '../engine/serving/index.ts';

export type ServerMetrics = {
  countRequest(request: { route: string; method: string; status: number; seconds: number }): void;
  /** In the text format of Prometheus; of all workers together. */
  text(): Promise<string>;
};

export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE;

/** The metrics of this process under the names that the engine uses. */
export function createServerMetrics(serving: Pick<ServingService, 'onPrediction'>): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'assay_http_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its answer',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers,
  });
  const labelNames = ['model', 'version'] as const;
  const predictions = new Counter({
    name: 'assay_predictions_total',
    help: 'Prediction requests, by model, version and outcome',
    labelNames: [...labelNames, 'outcome'] as const,
    registers,
  });
  const rows = new Counter({
    name: 'assay_prediction_rows_total',
    help: 'Rows predicted, by model and version',
    labelNames,
    registers,
  });
  const seconds = new Histogram({
    name: 'assay_prediction_duration_seconds',
    help: 'Time of one prediction request without HTTP, by model and version',
    labelNames,
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  serving.onPrediction(({ model, version, rows: answered, seconds: taken, ok }) => {
    predictions.inc({ model, version, outcome: ok ? 'ok' : 'error' });
    rows.inc({ model, version }, answered);
    seconds.observe({ model, version }, taken);
  });
  if (cluster.isWorker) AggregatorRegistry.setRegistries(registry);
  return {
    countRequest({ route, method, status, seconds: taken }) {
      requests.observe({ route, method, status: String(status) }, taken);
    },
    text: () => (cluster.isWorker ? textOfAll() : registry.metrics()),
  };
}

/** In a worker, before anything that takes long: the first process waits for the answer of each worker it has. */
export function answerFirstProcess(): void {
  new AggregatorRegistry();
}

type Asked = { kind: 'assay-metrics'; id: number };
type Told = Asked & { text: string | null };

let asked = 0;

/** Only the first process hears of all workers. */
function textOfAll(): Promise<string> {
  asked += 1;
  const question: Asked = { kind: 'assay-metrics', id: asked };
  return new Promise((resolve, reject) => {
    const listen = (message: unknown): void => {
      if (!isAbout(message, question.id)) return;
      process.off('message', listen);
      if (message.text === null) reject(new Error('A worker did not tell its metrics.'));
      else resolve(message.text);
    };
    process.on('message', listen);
    process.send?.(question);
  });
}

function isAbout(message: unknown, id: number): message is Told {
  return (
    typeof message === 'object' &&
    message !== null &&
    'text' in message &&
    'id' in message &&
    message.id === id
  );
}

/** In the first process: answers what `textOfAll` asks. */
export function collectFromWorkers(): void {
  const all = new AggregatorRegistry();
  cluster.on('message', (worker, message: unknown) => {
    if (typeof message !== 'object' || message === null || !('kind' in message)) return;
    if (message.kind !== 'assay-metrics') return;
    all.clusterMetrics().then(
      (text) => worker.send({ ...message, text }),
      () => worker.send({ ...message, text: null }),
    );
  });
}
