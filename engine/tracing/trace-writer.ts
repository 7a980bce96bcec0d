import { AssayError } from '../errors.ts';
import type { Store } from '../store/index.ts';
import { summaryOf } from './span-summary.ts';
import type { SpanOfTrace, TraceInfo } from './tracing-service.ts';

/** The tag and the metadata by which MLflow's clients tell a trace's name and its run. */
const nameTag = 'mlflow.traceName';
const runMetadata = 'mlflow.sourceRun';

/** Digits of a time in nanoseconds; shorter ones are filled up so that texts sort as numbers do. */
const nsDigits = 19;

type Head = { pk: number; experiment_id: number; finalized: 0 | 1 };

/** Writes traces and spans. To be called in a transaction. */
export function createTraceWriter({ sqlite }: Pick<Store, 'sqlite'>) {
  const headOf = sqlite.prepare<[string], Head>(
    'SELECT pk, experiment_id, finalized FROM traces WHERE id = ?',
  );
  const lifecycleOf = sqlite.prepare<[number], { lifecycle: string }>(
    'SELECT lifecycle FROM experiments WHERE id = ?',
  );
  const insert = sqlite.prepare(
    `INSERT INTO traces (id, experiment_id, client_request_id, name, state, request_time_ms, duration_ms,
       request_preview, response_preview, finalized)
     VALUES (@id, @experimentId, @clientRequestId, @name, @state, @requestTimeMs, @durationMs,
       @requestPreview, @responsePreview, @finalized)`,
  );
  const update = sqlite.prepare(
    `UPDATE traces SET experiment_id = @experimentId, state = @state, request_time_ms = @requestTimeMs,
       duration_ms = coalesce(@durationMs, duration_ms), client_request_id = coalesce(@clientRequestId, client_request_id),
       name = CASE WHEN @name = '' THEN name ELSE @name END,
       request_preview = coalesce(@requestPreview, request_preview),
       response_preview = coalesce(@responsePreview, response_preview), finalized = max(finalized, @finalized)
     WHERE pk = @pk`,
  );
  const addKey = sqlite.prepare<[string]>('INSERT INTO keys (name) VALUES (?) ON CONFLICT DO NOTHING');
  const putInto = (table: 'trace_tags' | 'trace_metadata') =>
    sqlite.prepare<[number, string, string]>(
      `INSERT INTO ${table} (trace_pk, key_id, value) SELECT ?, id, ? FROM keys WHERE name = ?
       ON CONFLICT (trace_pk, key_id) DO UPDATE SET value = excluded.value`,
    );
  const putTag = putInto('trace_tags');
  const putMetadata = putInto('trace_metadata');
  const addRun = sqlite.prepare<[number, string]>(
    'INSERT INTO trace_runs (trace_pk, run_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const addSpan = sqlite.prepare(
    `INSERT INTO spans (trace_pk, span_id, parent_id, name, type, status, start_ns, end_ns, attributes, rest)
     VALUES (@pk, @id, @parentId, @name, @type, @status, @startNs, @endNs, @attributes, @rest)
     ON CONFLICT (trace_pk, span_id) DO NOTHING`,
  );
  const replaceSpan = sqlite.prepare(
    `UPDATE spans SET parent_id = @parentId, name = @name, type = @type, status = @status, start_ns = @startNs,
       end_ns = @endNs, attributes = @attributes, rest = @rest
     WHERE trace_pk = @pk AND span_id = @id`,
  );
  const countSpans = sqlite.prepare<[number, number]>(
    'UPDATE traces SET span_count = span_count + ? WHERE pk = ?',
  );

  const requireExperiment = (experimentId: string): number => {
    const id = /^\d{1,15}$/.test(experimentId) ? Number(experimentId) : -1;
    const found = lifecycleOf.get(id);
    if (found === undefined) {
      throw new AssayError('experiments/not-found', `There is no experiment ${experimentId}.`);
    }
    if (found.lifecycle === 'deleted') {
      throw new AssayError('experiments/deleted', `The experiment ${experimentId} is deleted.`);
    }
    return id;
  };
  const rename = sqlite.prepare<[string, number]>('UPDATE traces SET name = ? WHERE pk = ?');
  const tag = (pk: number, key: string, value: string): void => {
    addKey.run(key);
    putTag.run(pk, value, key);
    if (key === nameTag) rename.run(value, pk);
  };

  const putTrace = (info: TraceInfo, finalized: 0 | 1): number => {
    const experimentId = requireExperiment(info.experimentId);
    const name = info.tags[nameTag] ?? '';
    const known = headOf.get(info.id);
    const { tags: _tags, metadata: _metadata, ...columns } = info;
    const values = { ...columns, experimentId, name, finalized };
    if (known !== undefined) update.run({ ...values, pk: known.pk });
    const pk = known?.pk ?? Number(insert.run(values).lastInsertRowid);
    for (const [key, value] of Object.entries(info.tags)) tag(pk, key, value);
    for (const [key, value] of Object.entries(info.metadata)) {
      addKey.run(key);
      putMetadata.run(pk, value, key);
    }
    const runId = info.metadata[runMetadata];
    if (runId !== undefined && runId !== '') addRun.run(pk, runId);
    return pk;
  };

  const putSpans = (experimentId: string, spans: readonly SpanOfTrace[]): void => {
    for (const [id, ofTrace] of Map.groupBy(spans, ({ traceId }) => traceId)) {
      const own = ofTrace.map(({ span }) => span);
      const known = headOf.get(id);
      // What the application said at the end of a trace, and what the root span tells, is not overwritten by other spans.
      const tellsMore = known?.finalized !== 1 && own.some(({ parentId }) => parentId === null);
      const pk =
        known !== undefined && !tellsMore ? known.pk : putTrace({ id, experimentId, ...summaryOf(own) }, 0);
      let added = 0;
      for (const { statusMessage, events, links, attributes, ...span } of own) {
        const values = {
          ...span,
          pk,
          startNs: span.startNs.padStart(nsDigits, '0'),
          endNs: span.endNs?.padStart(nsDigits, '0') ?? null,
          attributes: JSON.stringify(attributes),
          rest: JSON.stringify({ statusMessage, events, links }),
        };
        // Spans are counted as they come: counting those of a large trace anew with each part would take ever longer.
        if (addSpan.run(values).changes > 0) added += 1;
        else replaceSpan.run(values);
      }
      if (added > 0) countSpans.run(added, pk);
    }
  };

  const removeTag = sqlite.prepare<[number, string]>(
    'DELETE FROM trace_tags WHERE trace_pk = ? AND key_id = (SELECT id FROM keys WHERE name = ?)',
  );
  const rootNameOf = sqlite.prepare<[number], { name: string }>(
    'SELECT name FROM spans WHERE trace_pk = ? AND parent_id IS NULL ORDER BY start_ns LIMIT 1',
  );
  /** Gives whether the trace had the tag. Without the tag of its name, a trace is called as its root span again. */
  const untag = (pk: number, key: string): boolean => {
    const hadTag = removeTag.run(pk, key).changes > 0;
    if (hadTag && key === nameTag) rename.run(rootNameOf.get(pk)?.name ?? '', pk);
    return hadTag;
  };

  return {
    putTrace,
    putSpans,
    tag,
    untag,
    addRun: (pk: number, runId: string) => void addRun.run(pk, runId),
  };
}
