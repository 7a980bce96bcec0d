import { messageOf } from '../../../engine/errors.ts';
import type { TracingService } from '../../../engine/tracing/index.ts';
import { decodeOtlpJson } from '../otlp/decode-json.ts';
import { decodeOtlpProtobuf } from '../otlp/decode-protobuf.ts';
import type { OtlpSpan } from '../otlp/spans.ts';
import { splitOtlpJson } from '../otlp/split-json.ts';
import { type MlflowEndpoint, raw } from './endpoint.ts';
import { invalidParameter } from './errors.ts';

/** Spans are decoded for so long before other requests have their turn. */
const sliceMs = 10;

/** JSON of this size and more is taken apart in a thread. */
const largeJsonBytes = 1_000_000;

async function* decoder(type: string, body: Buffer): AsyncGenerator<OtlpSpan> {
  if (type === 'application/x-protobuf') yield* decodeOtlpProtobuf(body);
  else if (body.byteLength < largeJsonBytes) yield* decodeOtlpJson(body.toString('utf8'));
  else for (const part of await splitOtlpJson(body)) yield* decodeOtlpJson(part);
}

/** All spans of a request or, for one with a fault, none. */
async function decode(type: string, body: Buffer): Promise<OtlpSpan[]> {
  if (type !== 'application/x-protobuf' && type !== 'application/json') {
    throw invalidParameter(
      `The Content-Type is "${type}"; application/x-protobuf or application/json is expected.`,
    );
  }
  const spans: OtlpSpan[] = [];
  try {
    let sliceEnds = performance.now() + sliceMs;
    for await (const span of decoder(type, body)) {
      spans.push(span);
      if (performance.now() < sliceEnds) continue;
      await new Promise(setImmediate);
      sliceEnds = performance.now() + sliceMs;
    }
  } catch (thrown) {
    throw invalidParameter(`Invalid OpenTelemetry format: ${messageOf(thrown).slice(0, 500)}`);
  }
  return spans;
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
        const spans = await decode(type, await call.body());
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
