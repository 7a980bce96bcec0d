const adjectives =
  'agile amber bold brave bright brisk calm clever copper coral crisp daring deft eager early fair fleet fond free fresh gentle glad golden grand happy hardy honest humble jolly keen kind lively loyal lucid lucky mellow merry mild misty neat nimble noble patient plucky polite proud quick quiet rapid ready rosy rustic serene sharp silent smooth snowy steady stout sunny swift tidy vivid warm'.split(
    ' ',
  );
const nouns =
  'acorn badger beacon birch bison brook canyon cedar comet condor cove crane delta dolphin dune eagle ember falcon fern finch fjord forest fox glacier grove harbor hare hawk heron island ivy jay juniper lagoon lark lemur lion lynx maple marten meadow mesa moth newt oak orca osprey otter owl pebble pine plover puffin quail raven reef robin sparrow spruce stoat swan tern walrus willow wren'.split(
    ' ',
  );

/** A name that is easy to say and to find again: brisk-otter-417. Made of the run's id, so it is the same each time. */
export function runName(runId: string): string {
  const pick = (from: number) => Number.parseInt(runId.slice(from, from + 6), 16) || 0;
  const adjective = adjectives[pick(0) % adjectives.length];
  const noun = nouns[pick(6) % nouns.length];
  return `${adjective}-${noun}-${pick(12) % 1000}`;
}
