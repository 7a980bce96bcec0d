/** A stream of pseudo-random numbers that depends on nothing but its seed and name. */
export type SeededRandom = {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform in 0 … bound − 1. */
  integer(bound: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
};

/**
 * Opens a stream: xoshiro128** (Blackman and Vigna, 2018), its state filled by SplitMix32 from the seed and the
 * FNV-1a hash of the name. Streams of different names are independent, so one consumer never shifts another.
 */
export function seededRandom(seed: number, stream: string): SeededRandom {
  let hash = 0x811c9dc5;
  for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193);
  let mixed = (hash ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
  const splitMix = (): number => {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let z = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let a = splitMix();
  let b = splitMix();
  let c = splitMix();
  let d = splitMix();

  const next32 = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const next = (): number => next32() / 4294967296;
  return {
    next,
    integer: (bound) => Math.floor(next() * bound),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** Shuffles in place (Fisher–Yates). */
export function shuffle(values: Uint32Array | Int32Array, random: SeededRandom): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const held = values[i] as number;
    values[i] = values[j] as number;
    values[j] = held;
  }
}

/** `count` of 0 … n − 1 without replacement, ascending (selection sampling, Knuth's algorithm S). */
export function sampleIndices(n: number, count: number, random: SeededRandom): Uint32Array {
  const chosen = new Uint32Array(Math.min(count, n));
  let taken = 0;
  for (let i = 0; i < n && taken < chosen.length; i++) {
    if (random.next() * (n - i) < chosen.length - taken) chosen[taken++] = i;
  }
  return chosen;
}
