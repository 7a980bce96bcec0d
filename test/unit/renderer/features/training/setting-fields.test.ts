import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GbdtTrainer, MlpTrainer } from '../../../../../local-api/contract/index.ts';
import {
  changeSetting,
  readIntegers,
  settingFields,
} from '../../../../../renderer/features/training/setting-fields.ts';
import { usefulFields } from '../../../../../renderer/features/training/useful-fields.ts';

const infoOf = (schema: z.ZodType, kind: string) => ({
  schema: z.toJSONSchema(schema) as Record<string, unknown>,
  defaults: schema.parse({ kind }) as Record<string, unknown>,
});

describe('settingFields', () => {
  it('makes a field of every setting of the contract, with limits and default', () => {
    const fields = settingFields(infoOf(GbdtTrainer, 'gbdt'));
    expect(fields.map((field) => field.key)).toEqual(
      Object.keys(GbdtTrainer.shape).filter((key) => key !== 'kind'),
    );
    expect(fields.find((field) => field.key === 'trees')).toMatchObject({
      kind: 'integer',
      min: 1,
      max: 10_000,
      defaultValue: 200,
      label: 'Trees',
    });
  });

  it('knows settings that columns have, with the values to choose from', () => {
    expect(settingFields(infoOf(GbdtTrainer, 'gbdt')).find(({ key }) => key === 'monotone')).toMatchObject({
      kind: 'byColumn',
      choices: ['increasing', 'decreasing'],
      defaultValue: {},
    });
  });

  it('knows lists of whole numbers', () => {
    expect(settingFields(infoOf(MlpTrainer, 'mlp'))[0]).toMatchObject({
      key: 'hidden',
      kind: 'integers',
      defaultValue: [256],
    });
  });
});

describe('changeSetting', () => {
  const [hidden] = settingFields(infoOf(MlpTrainer, 'mlp'));
  it('drops a setting that is back at its default', () => {
    if (!hidden) throw new Error('no fields');
    const changed = changeSetting({}, hidden, [8]);
    expect(changed).toEqual({ hidden: [8] });
    expect(changeSetting(changed, hidden, [256])).toEqual({});
  });
});

describe('readIntegers', () => {
  it('reads lists as people write them and refuses the rest', () => {
    expect(readIntegers('64, 32')).toEqual([64, 32]);
    expect(readIntegers('64 32')).toEqual([64, 32]);
    expect(readIntegers('64, x')).toBeNull();
  });
});

describe('usefulFields', () => {
  const fields = settingFields(infoOf(GbdtTrainer, 'gbdt'));
  const keys = (settings: Record<string, unknown>, task: 'classification' | 'regression' = 'regression') =>
    usefulFields(fields, settings, task).map(({ key }) => key);
  it('leaves out what another choice makes idle', () => {
    expect(keys({})).not.toContain('dropRate');
    expect(keys({ boosting: 'dart' })).toEqual(expect.arrayContaining(['dropRate', 'skipDrop', 'maxDrop']));
    expect(keys({ loss: 'quantile' })).toContain('quantile');
  });
  it('leaves out what another task needs', () => {
    expect(keys({})).toContain('loss');
    expect(keys({}, 'classification')).not.toContain('loss');
  });
  it('hides nothing that was changed', () => {
    expect(keys({ dropRate: 0.5, loss: 'huber' }, 'classification')).toEqual(
      expect.arrayContaining(['dropRate', 'loss', 'huberDelta']),
    );
  });
});
