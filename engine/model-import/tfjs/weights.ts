import { z } from 'zod';
import type { Problem } from '../../../local-api/contract/index.ts';

const Quantization = z.object({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  scale: z.number().optional(),
  min: z.number().optional(),
});
export const WeightsManifest = z.array(
  z.object({
    paths: z.array(z.string()),
    weights: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().min(0)),
        dtype: z.string(),
        quantization: Quantization.optional(),
      }),
    ),
  }),
);
type Spec = z.infer<typeof WeightsManifest>[number]['weights'][number];

/** Whole numbers are exact; truth is 0 or 1. */
export type Weight = {
  dims: readonly number[];
  values: Float32Array | Int32Array;
  type: 'float32' | 'int32' | 'bool';
};

/**
 * The weights of a model by name, read out of the files that its manifest lists; quantised ones are restored. Files that are not
 * there or too short, and kinds of weights that are not read, are listed as problems.
 */
export async function readWeights(
  manifest: z.infer<typeof WeightsManifest>,
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<{ weights: Map<string, Weight>; problems: Problem[] }> {
  const weights = new Map<string, Weight>();
  const problems: Problem[] = [];
  for (const { paths, weights: specs } of manifest) {
    const parts: Uint8Array[] = [];
    for (const path of paths) {
      const part = await read(path);
      if (part === null) problems.push({ path: '/file', message: `The weight file ${path} is missing` });
      else parts.push(part);
    }
    if (parts.length < paths.length) continue;
    const bytes = Buffer.concat(parts);
    let at = 0;
    for (const spec of specs) {
      const size = sizeOf(spec);
      const values = size === null ? null : valuesOf(spec, bytes, at);
      if (values === null) {
        const why = size === null ? `of ${spec.dtype}, which are not read` : 'cut off';
        problems.push({ path: '/file', message: `The weights ${spec.name} are ${why}` });
        break;
      }
      weights.set(spec.name, { dims: spec.shape, values, type: typeOf(spec) });
      at += (size ?? 0) * values.length;
    }
  }
  return { weights, problems };
}

/** Bytes of an element as stored; null for kinds that are not read. */
function sizeOf({ dtype, quantization }: Spec): number | null {
  const stored: Readonly<Record<string, number>> = {
    float32: 4,
    int32: 4,
    bool: 1,
    uint8: 1,
    uint16: 2,
    float16: 2,
  };
  return stored[quantization?.dtype ?? dtype] ?? null;
}

function typeOf({ dtype }: Spec): Weight['type'] {
  return dtype === 'int32' || dtype === 'bool' ? dtype : 'float32';
}

function valuesOf(spec: Spec, bytes: Buffer, at: number): Weight['values'] | null {
  const { quantization, shape } = spec;
  const count = shape.reduce((product, size) => product * size, 1);
  const kind = quantization?.dtype ?? spec.dtype;
  const size = sizeOf(spec) ?? 0;
  if (at + count * size > bytes.length) return null;
  const one = (i: number): number => {
    const place = at + i * size;
    if (kind === 'float32') return bytes.readFloatLE(place);
    if (kind === 'int32') return bytes.readInt32LE(place);
    if (kind === 'float16') return halfFloat(bytes.readUInt16LE(place));
    return kind === 'uint16' ? bytes.readUInt16LE(place) : (bytes[place] ?? 0);
  };
  const { scale = 1, min = 0 } = quantization ?? {};
  const isScaled = quantization !== undefined && kind !== 'float16';
  const restored = (i: number): number => (isScaled ? one(i) * scale + min : one(i));
  return typeOf(spec) === 'float32'
    ? Float32Array.from({ length: count }, (_, i) => restored(i))
    : Int32Array.from({ length: count }, (_, i) => Math.round(restored(i)));
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
