export type OtlpSpan = {
  id: string;
  parent?: string;
  name: string;
  type?: string;
  /** Milliseconds after the start of the trace. */
  fromMs: number;
  toMs?: number;
  failed?: string;
  /** Attributes as values of JSON; they are sent as MLflow's client does: as JSON texts. */
  attributes?: Record<string, unknown>;
  events?: { name: string; atMs: number; attributes: Record<string, string> }[];
};

const hex = (text: string, digits: number) =>
  Buffer.from(text).toString('hex').padStart(digits, '0').slice(-digits);

/** Id under which a trace that was sent as `name` is kept. */
export const traceIdOf = (name: string): string => `tr-${hex(name, 32)}`;

/** Sends one trace as an exporter of OpenTelemetry does. `startMs` since 1970. */
export async function sendTrace(
  api: { url: string; token: string },
  name: string,
  spans: readonly OtlpSpan[],
  { experimentId = '0', startMs = Date.now() }: { experimentId?: string; startMs?: number } = {},
): Promise<string> {
  const at = (ms: number) => String(BigInt(startMs) * 1_000_000n + BigInt(Math.round(ms * 1e6)));
  const body = {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: spans.map((span) => ({
              traceId: hex(name, 32),
              spanId: hex(span.id, 16),
              ...(span.parent === undefined ? {} : { parentSpanId: hex(span.parent, 16) }),
              name: span.name,
              startTimeUnixNano: at(span.fromMs),
              ...(span.toMs === undefined ? {} : { endTimeUnixNano: at(span.toMs) }),
              status: span.failed === undefined ? { code: 1 } : { code: 2, message: span.failed },
              attributes: Object.entries({ 'mlflow.spanType': span.type ?? 'CHAIN', ...span.attributes }).map(
                ([key, value]) => ({ key, value: { stringValue: JSON.stringify(value) } }),
              ),
              events: (span.events ?? []).map((event) => ({
                name: event.name,
                timeUnixNano: at(event.atMs),
                attributes: Object.entries(event.attributes).map(([key, value]) => ({
                  key,
                  value: { stringValue: value },
                })),
              })),
            })),
          },
        ],
      },
    ],
  };
  const response = await fetch(`${api.url}/v1/traces`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.token}`,
      'content-type': 'application/json',
      'x-mlflow-experiment-id': experimentId,
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return traceIdOf(name);
}
