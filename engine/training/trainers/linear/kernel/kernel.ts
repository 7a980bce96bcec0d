import { plainGram, plainTiles } from './plain-kernel.ts';
import type { DenseRows, GramTiles, Tiles } from './tiles.ts';
import { wasmGram, wasmTiles } from './wasm-kernel.ts';

/** Below this many entries a kernel of its own costs more than it saves. */
const FEW_ENTRIES = 100_000;

/** WebAssembly where there is some, else the same in TypeScript. Both give the same bits. */
export function createTiles(rows: DenseRows, k: number): Tiles {
  return (rows.x.length > FEW_ENTRIES ? wasmTiles(rows, k) : null) ?? plainTiles(rows, k);
}

export function createGram(rows: DenseRows): GramTiles {
  return (rows.x.length > FEW_ENTRIES ? wasmGram(rows) : null) ?? plainGram(rows);
}
