import type { Client } from '../../../local-api/client/index.ts';
import { type BenchRow, row } from '../report.ts';
import type { BenchModel } from './models.ts';

/** Penguins of the sample set. */
const penguins = 344;

/** Rows a second of a batch prediction over about `rows` rows, reading the data and writing the file included. */
export async function measureBatch(client: Client, model: BenchModel, rows: number): Promise<BenchRow> {
  const times = Math.ceil(rows / penguins);
  const startedAt = performance.now();
  const batch = await client.batchPredictions.create({
    body: {
      model: model.name,
      source: {
        kind: 'sql',
        dataset: 'penguins',
        sql: `SELECT data.* FROM data, range(${times}) AS again(n)`,
      },
    },
  });
  await client.waitForJob(batch.jobId, {});
  const seconds = (performance.now() - startedAt) / 1000;
  const { predicted, error } = await client.batchPredictions.get({ params: { batchId: batch.id } });
  if (predicted === null) throw new Error(error?.message ?? 'the batch has not ended');
  const ours = predicted / seconds;
  console.error(`batch, ${model.kind}, ${predicted} rows: ${ours.toFixed(0)} rows/s`);
  const name = `batch prediction, ${model.kind}, ${(predicted / 1e6).toFixed(1)} million rows`;
  return row(name, 'rows/s', ours);
}
