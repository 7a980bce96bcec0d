import type { JsonObject } from './manifest.ts';

/** As texts, for a chart writes expressions there. */
export type AlertLimits = { errorRatio: string; errorPercent: string; p99Seconds: string };

export function alertLimits({
  maxErrorRatio,
  maxP99Seconds,
}: {
  maxErrorRatio: number;
  maxP99Seconds: number;
}): AlertLimits {
  return {
    errorRatio: String(maxErrorRatio),
    errorPercent: String(Number((maxErrorRatio * 100).toPrecision(6))),
    p99Seconds: String(maxP99Seconds),
  };
}

/**
 * Alerting rules of Prometheus over the metrics of the model server. `selector` chooses its series: labels between braces.
 * Quality of the answers is not in them: only true values tell that.
 */
export function alertRules(name: string, selector: string, limits: AlertLimits): JsonObject[] {
  const count = 'assay_http_request_duration_seconds_count';
  const all = `sum(rate(${count}{${selector}}[5m]))`;
  const share = (status: string) => `sum(rate(${count}{${selector},status=~"${status}"}[5m])) / ${all}`;
  const rule = (
    alert: string,
    expr: string,
    wait: string,
    severity: 'critical' | 'warning',
    summary: string,
    description: string,
  ): JsonObject => ({
    alert,
    expr,
    for: wait,
    labels: { severity },
    annotations: { summary, description },
  });
  return [
    rule(
      'ModelServerDown',
      `absent(up{${selector}} == 1)`,
      '2m',
      'critical',
      `${name}: no server answers`,
      'Prometheus has reached no process of the model server for two minutes.',
    ),
    rule(
      'ModelServerFailing',
      `${share('5..')} > ${limits.errorRatio}`,
      '5m',
      'critical',
      `${name}: requests fail`,
      `More than ${limits.errorPercent} % of the requests have been answered with a status of 500 or more. The log of the server says why.`,
    ),
    rule(
      'ModelServerBusy',
      `${share('503')} > 0`,
      '5m',
      'warning',
      `${name}: requests are refused`,
      'The queue of predictions is full, and callers are told to come back: more replicas or workers are needed.',
    ),
    rule(
      'ModelServerSlow',
      `histogram_quantile(0.99, sum by (le) (rate(assay_prediction_duration_seconds_bucket{${selector}}[5m]))) > ${limits.p99Seconds}`,
      '10m',
      'warning',
      `${name}: predictions are slow`,
      `One prediction in a hundred has taken longer than ${limits.p99Seconds} s.`,
    ),
  ];
}
