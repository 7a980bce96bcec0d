import { messageOf } from '../../../engine/errors.ts';
import type { TracingService } from '../../../engine/tracing/index.ts';
import { decodeOtlpJson } from '../otlp/decode-json.ts';
import { decodeOtlpProtobuf } from '../otlp/decode-protobuf.ts';
import type { OtlpSpan } from '../otlp/spans.ts';
import { type MlflowEndpoint, raw } from './endpoint.ts';
import { invalidParameter } from './errors.ts';

function decode(type: string, body: Buffer): OtlpSpan[] {
  try {
    if (type === 'application/x-protobuf') return decodeOtlpProtobuf(body);
    if (type === 'application/json') return decodeOtlpJson(body.toString('utf8'));
  } catch (thrown) {
    throw invalidParameter(`Invalid OpenTelemetry format: ${messageOf(thrown).slice(0, 500)}`);
  }
  throw invalidParameter(
    `The Content-Type is "${type}"; application/x-protobuf or application/json is expected.`,
  );
}

/** `/v1/traces`: spans as OpenTelemetry's exporters send them, into the experiment that a header names (or 0). */
export function otlpEndpoints(tracing: TracingService): MlflowEndpoint[] {
  return [
    raw(
      'POST',
      '/v1/traces',
      'bytes',
      async (call) => {
        const type =
          String(call.headers['content-type'] ?? '')
            .split(';')[0]
            ?.trim() ?? '';
        const experimentId = String(call.headers['x-mlflow-experiment-id'] ?? '0');
        const spans = decode(type, await call.body());
        await tracing.logSpans(
          experimentId,
          spans.map(({ traceId, span }) => ({ traceId: `tr-${traceId}`, span })),
        );
        // An empty message, in either encoding.
        return type === 'application/json' ? { kind: 'json', value: {} } : { kind: 'text', text: '' };
      },
      { version: 0 },
    ),
  ];
}
