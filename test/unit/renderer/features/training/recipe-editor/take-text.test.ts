import { describe, expect, it } from 'vitest';
import { Recipe } from '../../../../../../local-api/contract/index.ts';
import { suggestDraft } from '../../../../../../renderer/features/training/draft.ts';
import { toRecipe } from '../../../../../../renderer/features/training/draft-recipe.ts';
import { marksOf } from '../../../../../../renderer/features/training/recipe-editor/recipe-marks.ts';
import { takeText, textFor } from '../../../../../../renderer/features/training/recipe-editor/take-text.ts';
import { isFaulty, recipesOf } from '../../../../../../renderer/features/training/written-recipes.ts';
import { trainingData as data } from '../../../../../kit/training-form.ts';

const draft = suggestDraft(data.version, data.profile, ['linear', 'gbdt']);
const yaml = (more: string) => `task: classification\ndataset: v1\ntarget: { column: Species }\n${more}`;
const take = (text: string) => takeText(draft, 'gbdt', { text, format: 'yaml' }, data);

describe('a text that is a recipe', () => {
  it('fills the form, and is trained as it is written', () => {
    const text = yaml('trainer: { kind: gbdt, trees: 7 }\nfeatures: { exclude: [ring] } # no use\n');
    const { draft: next, trainer, taken } = take(text);
    expect(trainer).toBe('gbdt');
    expect(next.trainers).toEqual({ linear: {}, gbdt: { trees: 7 } });
    expect(next.features).toMatchObject({ mass: { included: true }, ring: { included: false } });
    expect(textFor(next, 'gbdt', taken, 'yaml', data).text).toBe(text);
    const recipes = recipesOf(next, { gbdt: taken });
    expect(recipes.gbdt).toMatchObject({ features: { exclude: ['ring'] } });
    expect(recipes.linear).toMatchObject({ trainer: { kind: 'linear' } });
  });

  it('may name its data as recipe files do', () => {
    const { taken } = take(yaml('trainer: { kind: gbdt }\n').replace('v1', 'penguins@1'));
    expect(taken).toMatchObject({ isRecipe: true, value: { dataset: 'v1' } });
    expect(taken.text).toMatch(/dataset: penguins@1/);
    expect(marksOf(taken, [], data.version)).toEqual([]);
  });

  it('of another trainer takes the place of the first', () => {
    const { draft: next, trainer } = take(yaml('trainer: { kind: mlp }\n'));
    expect([trainer, Object.keys(next.trainers)]).toEqual(['mlp', ['linear', 'mlp']]);
  });

  it('of a file is a training of its own', () => {
    const written = { text: yaml('trainer: { kind: gbdt }\n'), format: 'yaml' } as const;
    const { draft: next } = takeText(draft, 'linear', written, data, { isAlone: true });
    expect(Object.keys(next.trainers)).toEqual(['gbdt']);
  });

  it('that lets Assay choose takes the place of all', () => {
    const { draft: next, trainer, taken } = take(yaml('auto: { budgetSeconds: 60 }\n'));
    expect([trainer, Object.keys(next.trainers)]).toEqual(['auto', ['auto']]);
    expect(recipesOf(next, { auto: taken })).toEqual({ auto: taken.value });
    const back = takeText(next, 'auto', { text: yaml('trainer: { kind: mlp }\n'), format: 'yaml' }, data);
    expect(Object.keys(back.draft.trainers)).toEqual(['mlp']);
  });

  it('keeps its comments when the form is changed, and says what the form says', () => {
    const { draft: next, taken } = take(
      yaml('features:\n  exclude: [ring] # useless\ntrainer:\n  kind: gbdt\n  trees: 7 # few\n'),
    );
    const changed = { ...next, seed: 5 };
    const shown = textFor(changed, 'gbdt', taken, 'yaml', data);
    expect(shown.text).toMatch(/exclude: \[ring\] # useless[\s\S]*trees: 7 # few\nseed: 5\n/);
    const { draft: again } = takeText(changed, 'gbdt', shown, data);
    expect(toRecipe(again, 'gbdt')).toEqual(toRecipe(changed, 'gbdt'));
  });

  it('becomes JSON and back without loss', () => {
    const { draft: next, taken } = take(yaml('limits: { seconds: 60 }\ntrainer: { kind: gbdt }\n'));
    const json = textFor(next, 'gbdt', taken, 'json', data);
    expect(JSON.parse(json.text)).toEqual(taken.value);
    expect(textFor(next, 'gbdt', json, 'yaml', data).value).toEqual(taken.value);
    expect(recipesOf(next, {}).linear).toMatchObject({ limits: { seconds: 60 } });
  });

  it('gives a form whose recipe is the same, with a search, folds, weights and limits', () => {
    const { draft: next, taken } = take(
      yaml(
        [
          'trainer: { kind: gbdt, monotone: { mass: increasing } }',
          'tuning: { trials: 5, batch: 2, method: { kind: tpe, startup: 3 }, pruning: median, space: { trainer.leaves: { type: int, low: 2, high: 9 } } }',
          'validation: { kind: nested, outer: { kind: kfold, folds: 3 }, inner: { kind: kfold, folds: 2 } }',
          'weights: { classes: { Adelie: 2 } }',
          'limits: { memoryMb: 512, workers: 2 }',
          'evaluation: { resamples: 10 }',
        ].join('\n'),
      ),
    );
    const said = { ...Recipe.parse(toRecipe(next, 'gbdt')), features: null };
    expect(said).toEqual({ ...Recipe.parse(taken.value), features: null });
    expect(next.judging.tuning).toEqual({
      trials: 5,
      batch: 2,
      method: { kind: 'tpe', startup: 3 },
      pruning: 'median',
    });
  });
});

describe('a text with faults', () => {
  it('leaves the form as it is, and is no recipe to train', () => {
    const { draft: next, taken } = take(yaml('trainer: { kind: gbdt, trees: 0 }\n'));
    expect(next).toBe(draft);
    expect(isFaulty(draft, 'gbdt', taken)).toBe(true);
    expect(recipesOf(draft, { gbdt: taken }).gbdt).toEqual(toRecipe(draft, 'gbdt'));
    expect(textFor(draft, 'gbdt', taken, 'yaml', data).text).toBe(taken.text);
  });

  it('is put away when the form changes', () => {
    const { taken } = take('trainer');
    const changed = { ...draft, seed: 5 };
    expect(isFaulty(changed, 'gbdt', taken)).toBe(false);
    expect(textFor(changed, 'gbdt', taken, 'yaml', data).text).toMatch(/seed: 5/);
  });

  it('marks faults of the text first, then those that the engine told, by line', () => {
    expect(marksOf({ text: 'a: 1\ntrainer', format: 'yaml' }, [], data.version)).toMatchObject([
      { line: 2, field: '' },
    ]);
    const text = yaml('trainer:\n  kind: gbdt\n  tres: 5\n');
    const told = [
      {
        path: '/recipe/trainer/tres',
        message: 'is not a field of a recipe',
        expected: 'did you mean trees?',
      },
    ];
    const [mark, ...others] = marksOf({ text, format: 'yaml' }, told, data.version);
    expect(others).toEqual([]);
    expect(mark).toMatchObject({ line: 6, field: 'trainer.tres', severity: 'error' });
    expect(mark?.message).toBe('is not a field of a recipe: did you mean trees?');
    expect(text.slice(mark?.from, mark?.to)).toBe('tres');
  });

  it('for other data than those of the page are told so', () => {
    const { taken } = takeText(
      draft,
      'gbdt',
      { text: yaml('').replace('v1', 'flights'), format: 'yaml' },
      data,
    );
    expect(taken.isRecipe).toBe(false);
    expect(marksOf(taken, [{ path: '/recipe/dataset', message: 'not found' }], data.version)).toMatchObject([
      { line: 2, field: 'dataset', message: 'names other data than this page is open for' },
    ]);
  });
});
