import { Readable } from 'node:stream';
import { sampleBytes } from './blob-encoding.ts';

/**
 * Bytes to be stored: a look at their start, and all of them once. `isWhole` says that the sample is all there is.
 */
export type PlainBytes = { sample: Uint8Array; isWhole: boolean; chunks: AsyncIterable<Uint8Array> };

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

/** Reads ahead until it has the first `sampleBytes` bytes, exactly, however the chunks are cut, or until there are no more. */
export async function peek(source: AsyncIterable<Uint8Array>): Promise<PlainBytes> {
  const iterator = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  while (length <= sampleBytes) {
    const next = await iterator.next();
    isWhole = next.done === true;
    if (next.done === true) break;
    head.push(next.value);
    length += next.value.length;
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield* head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  // Of one chunk no copy is made.
  const start = head.length === 1 ? (head[0] as Uint8Array) : Buffer.concat(head);
  return { sample: start.subarray(0, sampleBytes), isWhole, chunks: chunks() };
}
