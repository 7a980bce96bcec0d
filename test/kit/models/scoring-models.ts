import { AssayError } from '../../../engine/errors.ts';
import { createServingService } from '../../../engine/serving/index.ts';
import { type ModelVersion, Settings, type Signature } from '../../../local-api/contract/index.ts';
import type { ScoringModels } from '../../../local-api/protocols/scoring/models.ts';
import type { WireAnswer, WireProtocol } from '../../../local-api/protocols/scoring/wire.ts';
import { versionOf } from './sample-models.ts';

export type SampleModel = { name: string; signature: Signature; bytes: Uint8Array };

/** Models in memory behind the real sessions, each with the one version 1.0.0. */
export function scoringModels(samples: readonly SampleModel[]): ScoringModels {
  const versions = new Map<string, ModelVersion>(
    samples.map(({ name, signature }) => [name, versionOf(name, `sha256:${name}`, signature)]),
  );
  const resolve = async (ref: string): Promise<ModelVersion> => {
    const [name = '', version = '1.0.0'] = ref.split('/');
    const found = versions.get(name);
    if (found === undefined) throw new AssayError('models/not-found', `There is no model "${name}"`);
    if (version === '1.0.0' || version === '1') return found;
    throw new AssayError('models/version-not-found', `${name} has no version ${version}`);
  };
  const serving = createServingService({
    models: { resolve },
    artifacts: {
      read: async (digest) =>
        Buffer.from(samples.find(({ name }) => `sha256:${name}` === digest)?.bytes ?? []),
    },
    settings: { current: () => Settings.parse({}) },
  });
  return {
    ...serving,
    describe: async (ref) => ({ kind: 'model', isReady: true, ...(await serving.describe(ref)) }),
    answer: async (ref, { encode }, { signal }) => ({
      scored: await serving.score(ref, encode, signal),
      headers: {},
    }),
    list: async () => samples.map(({ name }) => ({ name, version: '1.0.0', isReady: true })),
    versions: async (name) => [(await resolve(name)).version],
  };
}

/** Asks a protocol as a server would: what its route throws comes back in the words of the protocol. */
export function callProtocol(protocol: WireProtocol) {
  return async (
    method: string,
    path: string,
    body: unknown = '',
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ): Promise<WireAnswer> => {
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    try {
      const route = protocol.find(method, path);
      if (route === null) throw new Error(`${path} is not of this protocol`);
      return await route.answer({
        requestId: 'r1',
        headers,
        body: bytes,
        signal: new AbortController().signal,
      });
    } catch (thrown) {
      return protocol.fault(thrown);
    }
  };
}

export function jsonOf(answer: WireAnswer): unknown {
  return JSON.parse(String(answer.body));
}
