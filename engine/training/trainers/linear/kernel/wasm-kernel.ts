import { webAssembly } from '../../../../system/index.ts';
import { type DenseRows, type GramTiles, type Tiles, tileRows } from './tiles.ts';
import { wasmBytes } from './wasm-bytes.ts';

const PAGE = 65_536;

/** The exports of assembly/index.ts. */
type Exports = {
  times(
    tile: number,
    rows: number,
    width: number,
    weights: number,
    intercept: number,
    out: number,
    stride: number,
  ): void;
  addTransposed(
    tile: number,
    rows: number,
    width: number,
    residuals: number,
    stride: number,
    out: number,
  ): void;
  addMoments(tile: number, rows: number, width: number, sums: number, squares: number): void;
  addGram(
    tile: number,
    rows: number,
    width: number,
    h: number,
    scaled: number,
    plain: number,
    out: number,
  ): void;
};

let compiled: object | undefined;

/** Null where this machine has no WebAssembly. */
export function wasmTiles({ x, width }: DenseRows, k: number): Tiles | null {
  const most = tileRows(width);
  const place = layout({
    weights: k * width * 8,
    sums: k * width * 8,
    squares: width * 8,
    scores: most * k * 8,
    tile: most * width * 4,
  });
  const instance = instantiate(place.bytes);
  if (instance === null) return null;
  const { wasm, buffer } = instance;
  const { at } = place;
  const tile = new Float32Array(buffer, at.tile, most * width);
  const sums = new Float64Array(buffer, at.sums, k * width);
  const found = new Float64Array(buffer, at.squares, width);
  const stride = k * 8;
  let rows = 0;
  return {
    most,
    weights: new Float64Array(buffer, at.weights, k * width),
    scores: new Float64Array(buffer, at.scores, most * k),
    sums,
    load(from, to) {
      tile.set(x.subarray(from * width, to * width));
      rows = to - from;
    },
    times(c, intercept) {
      const weights = at.weights + c * width * 8;
      wasm.times(at.tile, rows, width, weights, intercept, at.scores + c * 8, stride);
    },
    addTransposed(c) {
      wasm.addTransposed(at.tile, rows, width, at.scores + c * 8, stride, at.sums + c * width * 8);
    },
    addMoments(squares) {
      found.set(squares);
      wasm.addMoments(at.tile, rows, width, at.sums, at.squares);
      squares.set(found);
    },
  };
}

/** Null where this machine has no WebAssembly. */
export function wasmGram({ x, width }: DenseRows): GramTiles | null {
  const most = tileRows(width);
  const padded = width + 3 - ((width + 3) % 4);
  const place = layout({
    h: most * 8,
    tile: most * width * 4,
    scaled: most * padded * 8,
    plain: most * padded * 8,
    gram: padded * padded * 8,
  });
  const instance = instantiate(place.bytes);
  if (instance === null) return null;
  const { wasm, buffer } = instance;
  const { at } = place;
  const tile = new Float32Array(buffer, at.tile, most * width);
  const gram = new Float64Array(buffer, at.gram, padded * padded);
  let rows = 0;
  return {
    most,
    h: new Float64Array(buffer, at.h, most),
    load(from, to) {
      tile.set(x.subarray(from * width, to * width));
      rows = to - from;
    },
    add: () => wasm.addGram(at.tile, rows, width, at.h, at.scaled, at.plain, at.gram),
    sums() {
      const out = new Float64Array(width * width);
      for (let j = 0; j < width; j++) {
        out.set(gram.subarray(j * padded, j * padded + j + 1), j * width);
      }
      return out;
    },
    clear() {
      gram.fill(0);
    },
  };
}

/** Where each part begins, at multiples of 64 bytes. */
function layout<Name extends string>(
  sizes: Record<Name, number>,
): { at: Record<Name, number>; bytes: number } {
  const at = { ...sizes };
  let bytes = 64;
  for (const name of Object.keys(sizes) as Name[]) {
    at[name] = bytes;
    bytes += sizes[name] + 63 - ((sizes[name] + 63) % 64);
  }
  return { at, bytes };
}

function instantiate(bytes: number): { wasm: Exports; buffer: ArrayBuffer } | null {
  if (webAssembly === undefined) return null;
  compiled ??= new webAssembly.Module(wasmBytes());
  const memory = new webAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const { exports } = new webAssembly.Instance(compiled, { env: { memory } });
  // The only border to the compiled code: its signatures are those of assembly/index.ts.
  return { wasm: exports as Exports, buffer: memory.buffer };
}
