import { type PatternNode, readPattern, UnreadablePattern } from './pattern-syntax.ts';

type Step =
  | { kind: 'one'; accepts: (codePoint: number) => boolean; next: number }
  | { kind: 'fork'; next: number; other: number }
  | { kind: 'begin' | 'end'; next: number }
  | { kind: 'found' };

/** Where the automaton can be at once, and where each next character leads. */
type State = {
  steps: readonly number[];
  isFound: boolean;
  isFoundAtEnd: boolean;
  next: Map<number, State>;
};

const MOST_STEPS = 20_000;
/** What is remembered; beyond it is worked out anew. */
const MOST_STATES = 2000;

/**
 * A test whether a pattern is found in a text, in the syntax and with the meaning of RE2 (Thompson 1968: an automaton in all
 * its places at once, its states worked out as texts ask for them). Its time grows with the length of the text and with
 * nothing else: no text that a caller sends can keep it busy. Throws UnreadablePattern for what it does not know.
 */
export function linearPattern(pattern: string): (text: string) => boolean {
  const steps: Step[] = [];
  const start = addNode(steps, readPattern(pattern), addStep(steps, { kind: 'found' }));
  const states = new Map<string, State>();
  const stateOf = (places: readonly number[]): State => {
    const key = places.join();
    const known = states.get(key);
    if (known !== undefined) return known;
    if (states.size >= MOST_STATES) states.clear();
    const state = {
      steps: places,
      isFound: places.some((place) => steps[place]?.kind === 'found'),
      isFoundAtEnd: closure(steps, places, 'end').some((place) => steps[place]?.kind === 'found'),
      next: new Map(),
    };
    states.set(key, state);
    return state;
  };
  const first = stateOf(closure(steps, [start], 'begin'));
  const advance = (state: State, point: number): State => {
    const places = state.steps.flatMap((place) => {
      const step = steps[place];
      return step?.kind === 'one' && step.accepts(point) ? [step.next] : [];
    });
    const next = stateOf(closure(steps, [...places, start], null));
    if (state.next.size < MOST_STATES) state.next.set(point, next);
    return next;
  };
  const emptyFound = closure(steps, closure(steps, [start], 'begin'), 'both').some(
    (place) => steps[place]?.kind === 'found',
  );
  return (text) => {
    if (text.length === 0) return emptyFound;
    let state = first;
    for (let index = 0; index < text.length; index += 1) {
      if (state.isFound) return true;
      const point = text.codePointAt(index) ?? 0;
      if (point > 0xffff) index += 1;
      state = state.next.get(point) ?? advance(state, point);
    }
    return state.isFound || state.isFoundAtEnd;
  };
}

function addStep(steps: Step[], step: Step): number {
  if (steps.length >= MOST_STEPS) throw new UnreadablePattern('it repeats too much');
  steps.push(step);
  return steps.length - 1;
}

/** Adds a part in front of `next` and gives its beginning. */
function addNode(steps: Step[], node: PatternNode, next: number): number {
  switch (node.kind) {
    case 'one':
      return addStep(steps, { kind: 'one', accepts: node.accepts, next });
    case 'begin':
    case 'end':
      return addStep(steps, { kind: node.kind, next });
    case 'all':
      return node.parts.reduceRight((after, part) => addNode(steps, part, after), next);
    case 'any':
      return node.choices
        .map((choice) => addNode(steps, choice, next))
        .reduceRight((other, choice) => addStep(steps, { kind: 'fork', next: choice, other }));
    case 'repeat':
      return addRepeat(steps, node, next);
  }
}

function addRepeat(
  steps: Step[],
  { node, min, max }: Extract<PatternNode, { kind: 'repeat' }>,
  next: number,
): number {
  let begin = next;
  if (max === Number.POSITIVE_INFINITY) {
    const loop = { kind: 'fork' as const, next, other: next };
    begin = addStep(steps, loop);
    loop.next = addNode(steps, node, begin);
  } else
    for (let count = min; count < max; count += 1)
      begin = addStep(steps, { kind: 'fork', next: addNode(steps, node, begin), other: next });
  for (let count = 0; count < min; count += 1) begin = addNode(steps, node, begin);
  return begin;
}

/** All places that can be reached without a character, in order. */
function closure(
  steps: readonly Step[],
  from: readonly number[],
  edge: 'begin' | 'end' | 'both' | null,
): number[] {
  const seen = new Set<number>();
  const open = [...from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const step = steps[place];
    if (step?.kind === 'fork') open.push(step.next, step.other);
    if ((step?.kind === 'begin' || step?.kind === 'end') && (edge === 'both' || edge === step.kind))
      open.push(step.next);
  }
  return [...seen].sort((a, b) => a - b);
}
