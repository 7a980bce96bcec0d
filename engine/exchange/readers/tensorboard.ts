import { basename, dirname, relative } from 'node:path';
import { messageOf } from '../../errors.ts';
import { derivedRunId } from '../derived-id.ts';
import { isEventFile } from '../detect-source.ts';
import { type ExchangeItem, type ReaderOptions, skipped } from '../exchange-item.ts';
import { filesBelow, kindOf, pathBelow } from '../files.ts';
import { parseEvent, type TensorboardEvent } from '../formats/tensorboard-event.ts';
import { tfRecords } from '../formats/tf-records.ts';
import { createPointBuffer } from '../points.ts';

type Summary = { firstMs: number; lastMs: number; hparams: Record<string, string>; events: number };

/**
 * TensorBoard's event files: a run a folder that holds some, as TensorBoard shows them, with scalars (plain and as tensors) and
 * hparams. Images, histograms, text and graphs stay behind and are counted. The files are read twice, once for what a run is.
 */
export async function* readTensorboard(options: ReaderOptions): AsyncGenerator<ExchangeItem> {
  const { path } = options;
  const byFolder = new Map<string, string[]>();
  const root = (await kindOf(path)) === 'file' ? dirname(path) : path;
  const all = root === path ? filesBelow(path) : [path];
  for await (const file of all) {
    if (!isEventFile(basename(file))) continue;
    const files = byFolder.get(dirname(file)) ?? [];
    files.push(file);
    byFolder.set(dirname(file), files);
  }
  const experiment = options.experiment ?? basename(root);
  yield { type: 'experiment', name: experiment, description: '', tags: {} };
  let done = 0;
  for (const [folder, files] of byFolder) {
    const name = relative(root, folder) === '' ? basename(folder) : pathBelow(root, folder);
    options.progress(done / byFolder.size, name);
    done += 1;
    yield* readRun(files, name, experiment);
  }
}

async function* readRun(
  files: readonly string[],
  name: string,
  experiment: string,
): AsyncGenerator<ExchangeItem> {
  const summary: Summary = { firstMs: Number.POSITIVE_INFINITY, lastMs: 0, hparams: {}, events: 0 };
  for await (const event of events(files)) {
    if ('fault' in event || event.wallTimeMs === 0) continue;
    summary.firstMs = Math.min(summary.firstMs, event.wallTimeMs);
    summary.lastMs = Math.max(summary.lastMs, event.wallTimeMs);
    Object.assign(summary.hparams, event.hparams);
    summary.events += event.scalars.length + Object.keys(event.hparams).length;
  }
  if (summary.events === 0) {
    yield skipped('a folder has event files without scalars', name);
    return;
  }
  // Wherever the log lies now: the name of a file holds its time, machine and process, and runs that began in the same moment
  // lie in folders of different names.
  const folder = dirname(files[0] ?? '');
  const places = [basename(dirname(folder)), basename(folder), basename(files[0] ?? '')];
  const runId = derivedRunId('tensorboard', ...places, String(summary.firstMs));
  yield {
    type: 'run',
    experiment,
    run: {
      id: runId,
      name,
      status: 'finished',
      startedAtMs: summary.firstMs,
      endedAtMs: summary.lastMs,
      params: summary.hparams,
      tags: { 'mlflow.source.name': 'tensorboard' },
    },
  };
  const buffer = createPointBuffer(runId);
  let others = 0;
  for await (const event of events(files)) {
    if ('fault' in event) {
      yield skipped('an event file is damaged; what comes before the damage was read', event.fault);
      continue;
    }
    others += event.others.length;
    for (const { tag, value } of event.scalars) buffer.add(tag, event.step, event.wallTimeMs, value);
    yield* buffer.take();
  }
  yield* buffer.rest();
  if (others > 0)
    yield skipped(
      'summaries that are no scalars (images, histograms, text) are not taken over',
      name,
      others,
    );
  yield { type: 'end', runId };
}

async function* events(files: readonly string[]): AsyncGenerator<TensorboardEvent | { fault: string }> {
  for (const file of files) {
    for await (const record of tfRecords(file)) {
      if ('fault' in record) {
        yield { fault: `${file}: ${record.fault}` };
        continue;
      }
      try {
        yield parseEvent(record.bytes);
      } catch (thrown) {
        yield { fault: `${file}: ${messageOf(thrown)}` };
      }
    }
  }
}
