import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../errors.ts';
import { type ExplainSources, type FoundModel, planRows } from './explained-model.ts';
import { type Explainer, openExplainer } from './model/explainer.ts';
import { pickRows } from './model/row-set.ts';
import { evenRows, readExplainedRows } from './read-rows.ts';

export type OpenedModel = { explainer: Explainer; reference: { source: string; rows: number } };

/** Models kept open to explain rows at once. */
export type RowExplainers = {
  /**
   * Opens a model where it is not open yet, and keeps it open at least until `use` is done.
   * Errors: `explanations/no-rows`, `explanations/too-heavy`, `models/invalid-onnx`, those of the rows.
   */
  use<T>(
    found: FoundModel,
    datasetVersionId: string | undefined,
    use: (opened: OpenedModel) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
};

/** Runs hold the event loop of the engine: short turns, and light models only. */
const turnMs = 8;
const mostOpen = 4;
const mostBytes = 16 * 2 ** 20;
const referenceRows = 100;
const callsPerRow = 60_000;
/** A row that the model takes longer for would make an explanation of it take minutes. */
const mostRowMs = 1;

type Entry = { opening: Promise<OpenedModel>; users: number; isDropped: boolean };

export function createRowExplainers(sources: ExplainSources, tmpDir: string): RowExplainers {
  const entries = new Map<string, Entry>();
  const never = new AbortController().signal;

  const open = async (found: FoundModel, datasetVersionId: string | undefined): Promise<OpenedModel> => {
    if (found.sizeBytes > mostBytes)
      throw new AssayError(
        'explanations/too-heavy',
        `The file of ${found.title} has ${Math.round(found.sizeBytes / 2 ** 20)} MB; ${mostBytes / 2 ** 20} MB are explained at once`,
      );
    const planned = await planRows(sources, found, datasetVersionId);
    const copy = 'digest' in planned.file ? join(tmpDir, `explain-${randomUUID()}.parquet`) : null;
    try {
      if (copy !== null && 'digest' in planned.file)
        await writeFile(copy, await sources.artifacts.read(planned.file.digest));
      const files = 'files' in planned.file ? planned.file.files : copy === null ? [] : [copy];
      const { all } = await readExplainedRows({ ...planned, files }, found.signature, never);
      const reference = pickRows(all, evenRows(all.n, referenceRows));
      const file = await sources.artifacts.read(found.subject.digest);
      const explainer = await openExplainer({
        file,
        signature: found.signature,
        reference,
        turn: { ms: turnMs, signal: never },
        keep: true,
        callsPerRow,
      });
      await refuseHeavy(explainer, found, pickRows(reference, Int32Array.of(0, 1)));
      return { explainer, reference: { source: planned.source, rows: reference.n } };
    } finally {
      if (copy !== null) await rm(copy, { force: true });
    }
  };
  const release = async ({ opening }: Entry): Promise<void> => {
    const opened = await opening.catch(() => null);
    await opened?.explainer.release();
  };
  const drop = async (key: string, entry: Entry): Promise<void> => {
    if (entries.get(key) === entry) entries.delete(key);
    if (entry.isDropped) return;
    entry.isDropped = true;
    if (entry.users === 0) await release(entry);
  };

  return {
    async use(found, datasetVersionId, use) {
      const key = `${found.subject.digest} ${found.subject.runId} ${datasetVersionId ?? ''}`;
      const entry: Entry = entries.get(key) ?? {
        opening: open(found, datasetVersionId),
        users: 0,
        isDropped: false,
      };
      // Moves to the end: the first is the one that was not asked for the longest.
      entries.delete(key);
      entries.set(key, entry);
      entry.users += 1;
      try {
        return await use(await entry.opening);
      } catch (thrown) {
        await entry.opening.catch(() => drop(key, entry));
        throw thrown;
      } finally {
        entry.users -= 1;
        if (entry.isDropped && entry.users === 0) await release(entry);
        const oldest = entries.size > mostOpen ? [...entries][0] : undefined;
        if (oldest !== undefined) await drop(...oldest);
      }
    },
    async close() {
      for (const [key, entry] of [...entries]) await drop(key, entry);
    },
  };
}

async function refuseHeavy(
  explainer: Explainer,
  { title }: FoundModel,
  two: Parameters<Explainer['scorer']['answers']>[0],
) {
  if (await explainer.isExact('auto')) return;
  await explainer.scorer.answers(two);
  let rowMs = Number.POSITIVE_INFINITY;
  // The quickest of some: what else the machine does is not the model's fault.
  for (let attempt = 0; attempt < 5; attempt++) {
    const started = performance.now();
    await explainer.scorer.answers(two);
    rowMs = Math.min(rowMs, (performance.now() - started) / two.n);
    if (rowMs <= mostRowMs) return;
  }
  await explainer.release();
  throw new AssayError(
    'explanations/too-heavy',
    `${title} takes ${rowMs.toFixed(1)} ms a row, and has to be asked about thousands`,
  );
}
