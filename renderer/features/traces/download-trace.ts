import type { Trace } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';

/** Saves a trace with all its spans as one JSON file. */
export async function downloadTrace(trace: Trace): Promise<void> {
  const { items: spans } = await client.traces.spans({ params: { traceId: trace.id } });
  const blob = new Blob([JSON.stringify({ ...trace, spans }, null, 2)], { type: 'application/json' });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = `${trace.id}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
