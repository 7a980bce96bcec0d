/** Below this a sort by comparison is as fast. */
const FEW = 1000;
/** Digits of the 64 bits of a number: from which half, by how much shifted, how many bits. */
const DIGITS = [
  [0, 0, 11],
  [0, 11, 11],
  [0, 22, 10],
  [1, 0, 11],
  [1, 11, 11],
  [1, 22, 10],
] as const;

/** Row numbers by falling score, equal ones ascending. No score is NaN. A radix sort by the bits: O(n). */
export function fallingOrder(scores: Float64Array): Uint32Array {
  const n = scores.length;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  if (n < FEW) return order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const halves = fallingKeys(scores);
  let from = order;
  let to = new Uint32Array(n);
  for (const [half, shift, bits] of DIGITS) {
    const keys = halves[half];
    const mask = (1 << bits) - 1;
    const places = new Uint32Array(mask + 1);
    for (let i = 0; i < n; i++) {
      const digit = ((keys[i] as number) >>> shift) & mask;
      places[digit] = (places[digit] as number) + 1;
    }
    // Scores that a file answers in float32 have no low digits.
    if (places.includes(n)) continue;
    for (let digit = 0, next = 0; digit <= mask; digit++) {
      const count = places[digit] as number;
      places[digit] = next;
      next += count;
    }
    for (let i = 0; i < n; i++) {
      const row = from[i] as number;
      const digit = ((keys[row] as number) >>> shift) & mask;
      const place = places[digit] as number;
      places[digit] = place + 1;
      to[place] = row;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Low and high halves of whole numbers that rise as the scores fall. */
function fallingKeys(scores: Float64Array): readonly [Uint32Array, Uint32Array] {
  const n = scores.length;
  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  const one = new Float64Array(1);
  const [bottom, top] = halvesOf(one);
  for (let i = 0; i < n; i++) {
    // Adding 0 makes −0 the same as 0.
    one[0] = (scores[i] as number) + 0;
    const isNegative = (top[0] as number) >= 0x80000000;
    high[i] = isNegative ? (top[0] as number) : ~(top[0] as number) ^ 0x80000000;
    low[i] = isNegative ? (bottom[0] as number) : ~(bottom[0] as number);
  }
  return [low, high];
}

/** The bits of a number, in whichever order this machine has them. */
function halvesOf(one: Float64Array): readonly [Uint32Array, Uint32Array] {
  one[0] = -1;
  const halves = new Uint32Array(one.buffer);
  const [first, second] = [halves.subarray(0, 1), halves.subarray(1)];
  return first[0] === 0 ? [first, second] : [second, first];
}
