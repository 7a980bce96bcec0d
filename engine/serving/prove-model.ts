import type { Signature } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { createSession, hasControlFlow } from '../onnx/index.ts';
import { createOutsideModel } from './outside/outside-model.ts';
import { warmUp } from './warm-up.ts';

/** Opening a larger file holds the thread too long, however fast the model answers. */
const inlineBytes = 16 * 2 ** 20;

/** Whether opening or running a model may hold the thread for long: a large file, or one with loops, which might never end. */
export function mayHoldThread(file: Uint8Array): boolean {
  return file.byteLength > inlineBytes || hasControlFlow(file);
}

/** A model that takes longer to answer a row is of no use for serving. */
const provenWithinMs = 60_000;

/**
 * Proves that a model works: ONNX Runtime opens it and it answers an example row. One that may hold the thread is proven in a
 * process of its own when there is an environment for it.
 *
 * Errors: `models/invalid-onnx`, also for a model that does not answer in time.
 */
export async function proveModel(
  file: Uint8Array,
  signature: Signature,
  environment: (() => Record<string, string>) | undefined,
): Promise<void> {
  if (environment === undefined || !mayHoldThread(file)) {
    const session = await createSession(file);
    try {
      await warmUp(session, signature);
    } finally {
      await session.release();
    }
    return;
  }
  const model = createOutsideModel({ read: async () => file, environment, idleMs: provenWithinMs });
  const signal = AbortSignal.timeout(provenWithinMs);
  try {
    await warmUp({ run: (feeds) => model.run(feeds, signal) }, signature);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw new AssayError(
      'models/invalid-onnx',
      `The model does not answer a row within ${provenWithinMs / 1000} seconds`,
      { cause: thrown },
    );
  } finally {
    model.end();
  }
}
