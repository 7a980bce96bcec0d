import type { PredictResponse } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import { type OnnxVersion, type VersionFile, withOnnx } from '../onnx/index.ts';
import { encodeRequest } from './encode-request.ts';
import { createModelOpener, type OutsideOptions } from './open-model.ts';
import type { ServingService } from './serving-service.ts';
import { createSessionPool } from './session-pool.ts';

type PredictionListener = Parameters<ServingService['onPrediction']>[0];

/**
 * Predictions inside the engine's process where models are light: what Assay trains answers a row in well under a millisecond, and
 * large requests are cut into batches of a few milliseconds between which everything else goes on. Heavy models answer in
 * processes of their own when there is `outside`.
 */
export function createServingService(options: {
  models: { resolve(ref: string): Promise<VersionFile> };
  artifacts: Pick<ArtifactStore, 'read'>;
  settings: { current(): { serving: { maxSessions: number; maxModelMb: number; maxQueue: number } } };
  outside?: OutsideOptions;
}): ServingService {
  const { models, artifacts, settings, outside } = options;
  const listeners: PredictionListener[] = [];
  const served = new Map<string, { model: string; version: string; digest: string; predictions: number }>();
  let waiting = 0;
  const read = (digest: string) => artifacts.read(digest);
  const pool = createSessionPool({
    read,
    opener: createModelOpener({ read, outside }),
    limits() {
      const { maxSessions, maxModelMb } = settings.current().serving;
      return { maxSessions, maxBytes: maxModelMb * 1e6 };
    },
  });

  const count = ({ model, version, digest }: OnnxVersion<VersionFile>, rows: number): void => {
    const key = `${model}/${version}`;
    const predictions = (served.get(key)?.predictions ?? 0) + rows;
    served.set(key, { model, version, digest, predictions });
  };
  const resolve = async (ref: string): Promise<OnnxVersion<VersionFile>> =>
    withOnnx(await models.resolve(ref));

  const score: ServingService['score'] = async (ref, encode, signal) => {
    if (waiting >= settings.current().serving.maxQueue)
      throw new AssayError('predictions/busy', `${waiting} predictions are waiting already`);
    waiting += 1;
    try {
      const found = await resolve(ref);
      const { model, version, signature } = found;
      const startedAt = performance.now();
      let rows = 0;
      let ok = false;
      try {
        const encoded = await encode(signature);
        const answers = await pool.use(found.digest, signature, ({ run }) => run(encoded, signal));
        rows = encoded.rows;
        ok = true;
        count(found, rows);
        return { model, version, signature, rows, ...answers };
      } finally {
        const seconds = (performance.now() - startedAt) / 1000;
        for (const listener of listeners) listener({ model, version, rows, seconds, ok });
      }
    } finally {
      waiting -= 1;
    }
  };

  return {
    score,
    async describe(ref) {
      const { model, version, signature } = await resolve(ref);
      return { model, version, signature };
    },
    async predict(request, signal): Promise<PredictResponse> {
      const scored = await score(request.model, (signature) => encodeRequest(signature, request), signal);
      const { signature: _, ...answer } = scored;
      return answer;
    },
    async warm(ref) {
      const version = await resolve(ref);
      await pool.use(version.digest, version.signature, async () => {});
      count(version, 0);
    },
    async unload(ref) {
      await pool.evict((await resolve(ref)).digest);
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
