import { Readable } from 'node:stream';
import { sampleBytes } from './blob-encoding.ts';

/** Bytes to be stored: a look at their start, and all of them once. */
export type PlainBytes = { sample: Buffer; chunks: AsyncIterable<Uint8Array> };

const sliceBytes = 256 * 1024;

/** The chunks of a source. A stream that is not read to its end is left as it is: its owner ends it. */
export async function* plainChunks(source: Readable | Uint8Array): AsyncGenerator<Uint8Array> {
  if (source instanceof Readable) {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    }
    return;
  }
  for (let start = 0; start < source.length; start += sliceBytes) {
    yield source.subarray(start, start + sliceBytes);
  }
}

/** Reads ahead to the first `sampleBytes` bytes, exactly, however the chunks are cut. */
export async function peek(source: AsyncIterable<Uint8Array>): Promise<PlainBytes> {
  const iterator = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  while (length < sampleBytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    head.push(next.value);
    length += next.value.length;
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield* head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { sample: Buffer.concat(head).subarray(0, sampleBytes), chunks: chunks() };
}
