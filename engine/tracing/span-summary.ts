import type { Span } from '../../local-api/contract/index.ts';
import type { TraceInfo } from './tracing-service.ts';

const previewLength = 1000;

/** What some spans of a trace tell of the whole, until the application says it itself. */
export function summaryOf(spans: readonly Span[]): Omit<TraceInfo, 'id' | 'experimentId'> {
  const root = spans.find(({ parentId }) => parentId === null);
  const starts = spans.map(({ startNs }) => BigInt(startNs));
  const first = starts.reduce((least, each) => (each < least ? each : least));
  const requestTimeMs = Number(first / 1_000_000n);
  return {
    clientRequestId: null,
    state: stateOf(root),
    requestTimeMs: root === undefined ? requestTimeMs : milliseconds(root.startNs),
    durationMs: root?.endNs == null ? null : milliseconds(root.endNs) - milliseconds(root.startNs),
    requestPreview: preview(root?.attributes['mlflow.spanInputs']),
    responsePreview: preview(root?.attributes['mlflow.spanOutputs']),
    metadata: {},
    tags: root === undefined ? {} : { 'mlflow.traceName': root.name },
  };
}

function stateOf(root: Span | undefined): TraceInfo['state'] {
  if (root === undefined || root.endNs === null) return 'in-progress';
  return root.status === 'error' ? 'error' : 'ok';
}

function milliseconds(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1_000_000n);
}

function preview(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > previewLength ? `${text.slice(0, previewLength - 3)}...` : text;
}
