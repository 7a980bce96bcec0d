import type { Client } from '../../../local-api/client/index.ts';
import {
  type Cell,
  ExportResult,
  ImportResult,
  type RecipeInput,
  type Signature,
  TrainResult,
} from '../../../local-api/contract/index.ts';

export type BenchModel = {
  name: string;
  /** What it is, for people. */
  kind: string;
  folder: string;
  signature: Signature;
};

const trainers: { name: string; kind: string; trainer: RecipeInput['trainer'] }[] = [
  { name: 'trees', kind: 'gradient-boosted trees', trainer: { kind: 'gbdt' } },
  { name: 'network', kind: 'neural network', trainer: { kind: 'mlp', hidden: [64, 32], epochs: 10 } },
];

/** Left out: MLflow's ONNX flavour takes no texts with the pandas that comes along (3), and the same rows go to all. */
const features = { exclude: ['Island', 'Sex'] };

/** Trains, registers and exports the models that are measured, on a sample set. */
export async function makeModels(client: Client): Promise<BenchModel[]> {
  const finished = async (job: { id: string }) => {
    const ended = await client.waitForJob(job.id, {});
    if (ended.state !== 'succeeded') throw new Error(`${ended.title}: ${ended.error?.message}`);
    return ended.result;
  };
  const source = { kind: 'sample', name: 'penguins' } as const;
  const imported = await finished(await client.datasets.import({ body: { dataset: 'penguins', source } }));
  const { versionId: dataset } = ImportResult.parse(imported);
  const experiment = await client.experiments.create({ body: { name: 'serving' } });
  const models: BenchModel[] = [];
  for (const { name, kind, trainer } of trainers) {
    const recipe: RecipeInput = {
      task: 'classification',
      dataset,
      target: { column: 'Species' },
      features,
      trainer,
    };
    const job = await client.training.start({ body: { experimentId: experiment.id, name, recipe } });
    const { runId } = TrainResult.parse(await finished(job));
    const version = await client.models.register({ params: { model: name }, body: { runId } });
    if (version.signature === null) throw new Error(`${name} has no signature`);
    const exported = await client.models.export({
      params: { model: name, version: version.version },
      body: {},
    });
    const { path: folder } = ExportResult.parse(await finished(exported));
    models.push({ name, kind, folder, signature: version.signature });
  }
  return models;
}

/** Rows that every server takes: the examples of the signature, with no cell missing. */
export function sampleColumns({ inputs }: Signature, rows: number): Record<string, Cell[]> {
  return Object.fromEntries(
    inputs.map(({ name, examples }) => {
      const known = examples.filter((cell) => cell !== null);
      return [name, Array.from({ length: rows }, (_, row) => known[row % known.length] ?? null)];
    }),
  );
}
