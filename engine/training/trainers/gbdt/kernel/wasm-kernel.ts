import { webAssembly } from '../../../../system/index.ts';
import { countBitsOf, factorsOf } from './fixed-point.ts';
import type { Candidate, EncodedColumn, Kernel, KernelShape, NodeLimits, SearchLimits } from './kernel.ts';
import { wasmBytes } from './wasm-bytes.ts';

/** A bin: i64 gradients, then u64 hessians above the row count. */
const BIN_BYTES = 16;
const PAGE = 65_536;
const MAX_PAGES = 65_536;
/** Bytes of `x` that are copied in at a time to be encoded. */
const CHUNK_BYTES = 4 * 2 ** 20;
/** Rows and bytes a row of the tile that a histogram is built by; as in assembly/index.ts. */
const STAGE_BYTES = 512 * 24;
const RADIX_BYTES = 8192;
/** What the histogram loop may write behind a histogram, for groups past the last. */
const SPARE_BYTES = 4096;
const SPARE_GROUPS = 8;

/** The exports of assembly/index.ts. */
type Exports = {
  maxAbsolute(values: number, n: number): number;
  quantise(
    g: number,
    h: number,
    n: number,
    gFactor: number,
    hFactor: number,
    records: number,
    stride: number,
  ): void;
  sumRows(rows: number, count: number, records: number, stride: number, sums: number): void;
  histogram(
    rows: number,
    count: number,
    records: number,
    stride: number,
    width: number,
    starts: number,
    countBits: bigint,
    stage: number,
    out: number,
    bytes: number,
  ): number;
  subtract(parent: number, child: number, bytes: number): void;
  partition(rows: number, count: number, spare: number, codes: number, sides: number): number;
  encode(
    values: number,
    n: number,
    valueWidth: number,
    thresholds: number,
    count: number,
    missing: number,
    codes: number,
  ): void;
  pack(codes: number, n: number, groups: number, records: number, stride: number): void;
  sortFloats(values: number, n: number, spare: number, counts: number): void;
  findSplit(
    histogram: number,
    columns: number,
    count: number,
    mask: number,
    params: number,
    out: number,
  ): void;
};

let compiled: object | undefined;

/** The kernel in WebAssembly (assembly/index.ts); null when this machine has none, or it cannot address so many rows. */
export function wasmKernel(shape: KernelShape): Kernel | null {
  const { n, groups, groupStart, columns } = shape;
  const bytes = (groupStart[groups] as number) * BIN_BYTES;
  const countBits = BigInt(countBitsOf(n));
  const stride = strideOf(groups);
  const place = layout(shape, bytes);
  const instance = instantiate(place.pages);
  if (!instance) return null;
  const { wasm, buffer } = instance;

  const rows = new Uint32Array(buffer, place.rows, n);
  const gradients = new Float32Array(buffer, place.gradients, n);
  const hessians = new Float32Array(buffer, place.hessians, n);
  const mask = new Uint8Array(buffer, place.mask, columns.length);
  const params = new Float64Array(buffer, place.params, 14);
  const found = new Float64Array(buffer, place.found, 7);
  const sides = new Uint8Array(buffer, place.sides, 256);
  const halves = new Uint32Array(buffer);
  const decoded = new Float64Array(256 * 3);
  new Uint32Array(buffer, place.starts, groups + SPARE_GROUPS)
    .fill(bytes)
    .set(groupStart.map((start) => start * BIN_BYTES));
  new Int32Array(buffer, place.columns, columns.length * 4).set(
    columns.flatMap(({ firstBin, thresholds, slot, monotone }) => [firstBin, thresholds, slot, monotone]),
  );
  const step = { gradient: 1, hessian: 1 };
  const slotAt = (slot: number): number => place.histograms + slot * (bytes + SPARE_BYTES);

  return {
    codes: new Uint8Array(buffer, place.codes, n * groups),
    rows,
    step,
    encode(x, width, encoded) {
      encodeInChunks(wasm, buffer, place, n, x, width, encoded);
    },
    seal: () => wasm.pack(place.codes, n, groups, place.records, stride),
    load(g, h) {
      gradients.set(g);
      hessians.set(h);
      const factors = factorsOf(n, wasm.maxAbsolute(place.gradients, n), wasm.maxAbsolute(place.hessians, n));
      wasm.quantise(
        place.gradients,
        place.hessians,
        n,
        factors.gradient,
        factors.hessian,
        place.records,
        stride,
      );
      step.gradient = 1 / factors.gradient;
      step.hessian = 1 / factors.hessian;
    },
    sums(count) {
      wasm.sumRows(place.rows, count, place.records, stride, place.found);
      return { gradient: found[0] as number, hessian: found[1] as number, rows: count };
    },
    histogram(slot, start, end) {
      wasm.histogram(
        place.rows + start * 4,
        end - start,
        place.records,
        stride,
        groups,
        place.starts,
        countBits,
        place.stage,
        slotAt(slot),
        bytes,
      );
    },
    subtract: (parent, child) => wasm.subtract(slotAt(parent), slotAt(child), bytes),
    bins(slot, first, count) {
      decodeBins(halves, (slotAt(slot) + first * BIN_BYTES) / 4, count, Number(countBits), decoded);
      return decoded;
    },
    findSplit(slot, node, search, limits) {
      if (limits.mask) mask.set(limits.mask);
      else mask.fill(1);
      params.set(searchParams(node, step, countBits, search, limits));
      wasm.findSplit(slotAt(slot), place.columns, columns.length, place.mask, place.params, place.found);
      return candidateIn(found);
    },
    partition(start, end, group, sideOfCode) {
      sides.set(sideOfCode);
      const at = place.rows + start * 4;
      return start + wasm.partition(at, end - start, place.spare, place.codes + group * n, place.sides);
    },
  };
}

/** A function that sorts values that are not NaN in place, −0 before 0; null as above. */
export function wasmSorter(most: number): ((values: Float32Array) => void) | null {
  const values = 64;
  const spare = values + most * 4;
  const counts = spare + most * 4;
  const instance = instantiate(Math.ceil((counts + RADIX_BYTES) / PAGE));
  if (!instance) return null;
  const { wasm, buffer } = instance;
  return (sorted) => {
    const inside = new Float32Array(buffer, values, sorted.length);
    inside.set(sorted);
    wasm.sortFloats(values, sorted.length, spare, counts);
    sorted.set(inside);
  };
}

function instantiate(pages: number): { wasm: Exports; buffer: ArrayBuffer } | null {
  if (!webAssembly || pages > MAX_PAGES) return null;
  compiled ??= new webAssembly.Module(wasmBytes());
  const memory = new webAssembly.Memory({ initial: pages });
  const instance = new webAssembly.Instance(compiled, { env: { memory } });
  // The only border to the compiled code: its signatures are those of assembly/index.ts.
  return { wasm: instance.exports as Exports, buffer: memory.buffer };
}

/** Bytes of a record: gradient and hessian, then codes in whole steps of eight. */
function strideOf(groups: number): number {
  return 8 + Math.ceil(groups / 8) * 8;
}

type Layout = ReturnType<typeof layout>;

/** Addresses of everything, histograms last. */
function layout({ n, groups, columns, histograms }: KernelShape, bytes: number) {
  let next = 64;
  const take = (size: number): number => {
    const at = next;
    next += Math.ceil(size / 64) * 64;
    return at;
  };
  const place = {
    params: take(14 * 8),
    found: take(7 * 8),
    sides: take(256),
    starts: take((groups + SPARE_GROUPS) * 4),
    columns: take(columns.length * 16),
    mask: take(columns.length),
    thresholds: take(256 * 4),
    stage: take(STAGE_BYTES),
    rows: take(n * 4),
    spare: take(n * 4),
    gradients: take(n * 4),
    hessians: take(n * 4),
    chunk: take(Math.max(CHUNK_BYTES, columns.length * 4)),
    codes: take(n * groups),
    records: take(n * strideOf(groups)),
    histograms: take(histograms * (bytes + SPARE_BYTES)),
  };
  return { ...place, pages: Math.ceil(next / PAGE) };
}

function encodeInChunks(
  wasm: Exports,
  buffer: ArrayBuffer,
  place: Layout,
  n: number,
  x: Float32Array,
  width: number,
  encoded: readonly EncodedColumn[],
): void {
  const rowsAtOnce = Math.max(1, Math.floor(CHUNK_BYTES / (width * 4)));
  for (let start = 0; start < n; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, n - start);
    new Float32Array(buffer, place.chunk, count * width).set(
      x.subarray(start * width, (start + count) * width),
    );
    for (const { column, group, thresholds } of encoded) {
      new Float32Array(buffer, place.thresholds, thresholds.length).set(thresholds);
      wasm.encode(
        place.chunk + column * 4,
        count,
        width,
        place.thresholds,
        thresholds.length,
        thresholds.length + 1,
        place.codes + group * n + start,
      );
    }
  }
}

function searchParams(
  node: { gradient: number; hessian: number; rows: number },
  step: Kernel['step'],
  countBits: bigint,
  search: SearchLimits,
  limits: NodeLimits,
): number[] {
  return [
    node.gradient,
    node.hessian,
    node.rows,
    step.gradient,
    step.hessian,
    Number(countBits),
    search.l1,
    search.l2,
    search.maxStep,
    search.minLeafRows,
    search.minLeafHessian,
    search.minGain,
    limits.lower,
    limits.upper,
  ];
}

function candidateIn(found: Float64Array): Candidate | null {
  const [gain = 0, column = -1, bin = 0, missingLeft = 0, gradient = 0, hessian = 0, rows = 0] = found;
  if (column < 0) return null;
  return { column, bin, missingLeft: missingLeft === 1, gain, left: { gradient, hessian, rows } };
}

/** Gradient, hessian and rows of bins of two 64-bit numbers each, read as halves: all three fit a double. */
function decodeBins(
  halves: Uint32Array,
  first: number,
  count: number,
  countBits: number,
  out: Float64Array,
): void {
  const mask = 2 ** countBits - 1;
  const above = 2 ** (32 - countBits);
  for (let i = first, at = 0; at < count * 3; i += 4, at += 3) {
    const low = halves[i + 2] as number;
    out[at] = ((halves[i + 1] as number) | 0) * 2 ** 32 + (halves[i] as number);
    out[at + 1] = (halves[i + 3] as number) * above + (low >>> countBits);
    out[at + 2] = low & mask;
  }
}
