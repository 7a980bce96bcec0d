import { describe, expect, it } from 'vitest';
import {
  completionsAt,
  type RecipeContext,
} from '../../../../../../renderer/features/training/recipe-editor/completion.ts';
import type { Format } from '../../../../../../renderer/features/training/recipe-editor/recipe-text.ts';

const context: RecipeContext = {
  columns: [
    { name: 'delay', type: 'integer' },
    { name: 'Body Mass (g)', type: 'float' },
    { name: 'origin', type: 'string' },
  ],
  classes: ['true', 'false'],
  dataset: { id: 'abc123', title: 'flights 2' },
  metrics: ['log_loss', 'auc'],
};

/** Completions where the text has a bar. */
function at(marked: string, format: Format = 'yaml') {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = completionsAt(text, offset, format, context);
  const apply = (label: string) => {
    const option = found?.options.find((one) => one.label === label);
    if (!found || !option) throw new Error(`${label} is not offered`);
    return text.slice(0, found.from) + option.insert + text.slice(found.to);
  };
  return { labels: found?.options.map(({ label }) => label) ?? [], options: found?.options ?? [], apply };
}

describe('names of fields', () => {
  it('are those of the recipe that are not there yet', () => {
    const { labels } = at('task: classification\nta|\n');
    expect(labels).toEqual(expect.arrayContaining(['target', 'trainer', 'dataset', 'seed']));
    expect(labels).not.toContain('task');
  });

  it('begin an object on a line of its own, and a value on the same line', () => {
    expect(at('tr|').apply('trainer')).toBe('trainer:\n  ');
    expect(at('task: regression\ntrainer:\n  kind: gbdt\n  tr|\n').apply('trees')).toBe(
      'task: regression\ntrainer:\n  kind: gbdt\n  trees: \n',
    );
  });

  it('are those of the kind that the document names', () => {
    const gbdt = at('trainer:\n  kind: gbdt\n  |').labels;
    expect(gbdt).toEqual(expect.arrayContaining(['trees', 'monotone', 'leaves']));
    expect(gbdt).not.toContain('hidden');
    expect(at('trainer:\n  kind: mlp\n  |').labels).toContain('hidden');
    expect(at('split:\n  kind: time\n  |').labels).toEqual(['column', 'test', 'validation']);
  });

  it('tell type, limits and meaning', () => {
    const { options } = at('trainer:\n  kind: gbdt\n  |');
    expect(options.find(({ label }) => label === 'bins')).toMatchObject({
      detail: 'integer 2 to 255',
      description: 'Values that a column of numbers is told apart by',
    });
    expect(at('|').options.find(({ label }) => label === 'task')?.detail).toBe(
      'classification | regression | ranking, required',
    );
  });

  it('change without a second colon', () => {
    expect(at('trainer:\n  kind: gbdt\n  tre|s: 10').apply('trees')).toBe(
      'trainer:\n  kind: gbdt\n  trees: 10',
    );
  });

  it('are found inside braces, and in the middle of a broken document', () => {
    expect(at('split: { kind: time, col| }\ntask: [').apply('column')).toContain('kind: time, column:  }');
    expect(at('trainer: { kind: linear, | }').labels).toContain('l2');
  });
});

describe('values', () => {
  it('are those of the enumeration, with what each means', () => {
    const { options, apply } = at('trainer:\n  kind: gbdt\n  growth: |');
    expect(options.map(({ label }) => label)).toEqual(['leaf', 'depth']);
    expect(options[0]?.description).toBe('splits the leaf that gains most');
    expect(apply('depth')).toBe('trainer:\n  kind: gbdt\n  growth: depth');
    expect(at('trainer:\n  kind: |\ntask: regression').labels).toEqual(
      expect.arrayContaining(['prior', 'linear', 'forest', 'gbdt', 'mlp']),
    );
    expect(at('split:\n  kind: random\n  stratify: |').labels).toEqual(['true', 'false']);
  });

  it('are columns where a recipe names columns', () => {
    expect(at('target:\n  column: |').labels).toEqual(['delay', 'Body Mass (g)', 'origin']);
    expect(at('features:\n  include: [delay, |]').labels).toEqual(['Body Mass (g)', 'origin']);
    expect(at('features:\n  exclude:\n    - ori|\n').labels).toContain('origin');
    expect(at('preprocessing:\n  interactions:\n    - kind: product\n      columns: [|]').labels).toContain(
      'delay',
    );
    expect(at('validation:\n  kind: nested\n  outer:\n    kind: group\n    column: |').labels).toContain(
      'origin',
    );
  });

  it('in quotes where YAML needs them', () => {
    expect(at('target:\n  column: Body M|').apply('Body Mass (g)')).toBe(
      'target:\n  column: "Body Mass (g)"',
    );
    expect(at('target:\n  column: "Bod|').apply('Body Mass (g)')).toBe('target:\n  column: "Body Mass (g)"');
  });

  it('are classes, metrics and the dataset that the page knows', () => {
    expect(at('positive: |').apply('true')).toBe('positive: "true"');
    expect(at('tuning:\n  objectives:\n    - metric: |').labels).toEqual(['log_loss', 'auc']);
    expect(at('dataset: |').apply('abc123')).toBe('dataset: abc123');
  });
});

describe('names that the data gives', () => {
  it('are columns for roles, settings of columns and monotone constraints', () => {
    expect(at('features:\n  roles:\n    |').apply('delay')).toBe('features:\n  roles:\n    delay: ');
    expect(at('features:\n  roles:\n    delay: |').labels).toContain('category');
    expect(at('trainer:\n  kind: gbdt\n  monotone: { | }').labels).toContain('Body Mass (g)');
    expect(at('preprocessing:\n  columns:\n    |').apply('origin')).toBe(
      'preprocessing:\n  columns:\n    origin:\n      ',
    );
  });

  it('are settings of the trainer and of preprocessing for a search', () => {
    const head = 'trainer:\n  kind: linear\ntuning:\n  space:\n';
    expect(at(`${head}    |`).labels).toEqual(
      expect.arrayContaining(['trainer.l2', 'preprocessing.numeric.scale']),
    );
    expect(at(`${head}    trainer.l2: { type: log, | }`).labels).toEqual(['low', 'high', 'whole', 'when']);
  });
});

describe('JSON', () => {
  it('is completed with its quotes', () => {
    expect(at('{\n  "task": "classification",\n  "tr|\n}', 'json').apply('trainer')).toBe(
      '{\n  "task": "classification",\n  "trainer": \n}',
    );
    expect(at('{ "trainer": { "kind": "gb|" } }', 'json').apply('gbdt')).toBe(
      '{ "trainer": { "kind": "gbdt" } }',
    );
    expect(at('{ "target": { "column": | } }', 'json').apply('origin')).toBe(
      '{ "target": { "column": "origin" } }',
    );
    expect(at('{ "features": { "include": [\n"delay",\n"|\n] } }', 'json').labels).toEqual([
      'Body Mass (g)',
      'origin',
    ]);
  });
});

it('says nothing in comments and where nothing is known', () => {
  expect(at('# ta|').labels).toEqual([]);
  expect(at('seed: |').labels).toEqual([]);
  expect(at('nothing:\n  |').labels).toEqual([]);
});
