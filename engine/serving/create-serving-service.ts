import type { PredictRequest, PredictResponse } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { SettingsService } from '../config/index.ts';
import { AssayError } from '../errors.ts';
import type { ModelRegistry } from '../models/index.ts';
import { type OnnxVersion, withOnnx } from '../onnx/index.ts';
import { encodeRequest } from './encode-request.ts';
import { runBatches } from './run-batches.ts';
import type { ServingService } from './serving-service.ts';
import { createSessionPool } from './session-pool.ts';

type PredictionListener = Parameters<ServingService['onPrediction']>[0];

/**
 * Predictions inside the engine's process: what Assay trains answers a row in well under a millisecond, and large requests are
 * cut into batches of a few milliseconds between which everything else goes on.
 */
export function createServingService(options: {
  models: Pick<ModelRegistry, 'resolve'>;
  artifacts: Pick<ArtifactStore, 'read'>;
  settings: Pick<SettingsService, 'current'>;
}): ServingService {
  const { models, artifacts, settings } = options;
  const listeners: PredictionListener[] = [];
  const served = new Map<string, { model: string; version: string; digest: string; predictions: number }>();
  let waiting = 0;
  const pool = createSessionPool({
    read: (digest) => artifacts.read(digest),
    maxSessions: () => settings.current().serving.maxSessions,
  });

  const answer = async (version: OnnxVersion, request: PredictRequest, signal?: AbortSignal) => {
    const encoded = await encodeRequest(version.signature, request);
    const { milliseconds, ...answers } = await pool.use(version.digest, version.signature, (loaded) =>
      runBatches(loaded.session, version.signature, encoded, loaded.pace, signal),
    );
    count(version, encoded.rows);
    return { rows: encoded.rows, ...answers, milliseconds };
  };
  const count = ({ model, version, digest }: OnnxVersion, rows: number): void => {
    const key = `${model}/${version}`;
    const predictions = (served.get(key)?.predictions ?? 0) + rows;
    served.set(key, { model, version, digest, predictions });
  };

  return {
    async predict(request, signal): Promise<PredictResponse> {
      if (waiting >= settings.current().serving.maxQueue)
        throw new AssayError('predictions/busy', `${waiting} predictions are waiting already`);
      waiting += 1;
      try {
        const version = withOnnx(await models.resolve(request.model));
        const startedAt = performance.now();
        let rows = 0;
        let ok = false;
        try {
          const answers = await answer(version, request, signal);
          rows = answers.rows;
          ok = true;
          return { model: version.model, version: version.version, ...answers };
        } finally {
          const seconds = (performance.now() - startedAt) / 1000;
          const told = { model: version.model, version: version.version, rows, seconds, ok };
          for (const listener of listeners) listener(told);
        }
      } finally {
        waiting -= 1;
      }
    },
    async warm(ref) {
      const version = withOnnx(await models.resolve(ref));
      await pool.use(version.digest, version.signature, async () => {});
      count(version, 0);
    },
    loaded() {
      const digests = new Set(pool.digests());
      return [...served.values()].filter(({ digest }) => digests.has(digest));
    },
    onPrediction(listener) {
      listeners.push(listener);
    },
    close: () => pool.close(),
  };
}
