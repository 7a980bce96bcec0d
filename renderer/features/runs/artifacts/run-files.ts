import { useQuery } from '@tanstack/react-query';
import { urlOf } from '../../../../local-api/client/url-of.ts';
import { api, Evaluation, ModelCoefficients } from '../../../../local-api/contract/index.ts';
import { ApiError, client } from '../../../app/api.ts';
import { keys } from '../../../app/queries.ts';

/** Where a training run keeps things (docs/reference/model-format.md). */
export const runFiles = {
  model: 'model/model.onnx',
  signature: 'model/signature.json',
  recipe: 'recipe.json',
  evaluation: 'evaluation.json',
  coefficients: 'model/coefficients.json',
  card: 'card.md',
} as const;

/** Address of a file of a run, for links, images and downloads. */
export function artifactUrl(runId: string, path: string): string {
  return urlOf(api.runs.getArtifact, { params: { runId, path } });
}

/** The text of a file of a run; null when the run holds no such file. */
export async function readRunText(runId: string, path: string, signal?: AbortSignal): Promise<string | null> {
  try {
    const response = await client.runs.getArtifact({ params: { runId, path }, signal });
    return await response.text();
  } catch (error) {
    if (error instanceof ApiError && error.code === 'artifacts/not-found') return null;
    throw error;
  }
}

/** The text of a file of a run, kept in the cache under the run. */
export function useRunText(runId: string, path: string) {
  return useQuery({
    queryKey: keys.part('runs', runId, 'text', path),
    queryFn: ({ signal }) => readRunText(runId, path, signal),
  });
}

/** What a training run measured on its test part; null when it holds no evaluation. */
export async function readEvaluation(runId: string, signal?: AbortSignal): Promise<Evaluation | null> {
  const text = await readRunText(runId, runFiles.evaluation, signal);
  return text === null ? null : Evaluation.parse(JSON.parse(text));
}

export function useEvaluation(runId: string) {
  return useQuery({
    queryKey: keys.part('runs', runId, 'evaluation'),
    queryFn: ({ signal }) => readEvaluation(runId, signal),
  });
}

/** The coefficients of a linear model; null where the run holds none. */
export function useCoefficients(runId: string) {
  return useQuery({
    queryKey: keys.part('runs', runId, 'coefficients'),
    queryFn: async ({ signal }) => {
      const text = await readRunText(runId, runFiles.coefficients, signal);
      return text === null ? null : ModelCoefficients.parse(JSON.parse(text));
    },
  });
}
