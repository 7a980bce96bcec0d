import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GbdtTrainer, MlpTrainer } from '../../../../../local-api/contract/index.ts';
import {
  changeSetting,
  readIntegers,
  settingFields,
} from '../../../../../renderer/features/training/setting-fields.ts';

const infoOf = (schema: z.ZodType, kind: string) => ({
  schema: z.toJSONSchema(schema) as Record<string, unknown>,
  defaults: schema.parse({ kind }) as Record<string, unknown>,
});

describe('settingFields', () => {
  it('makes a field of every setting of the contract but maps of names, with limits and default', () => {
    const fields = settingFields(infoOf(GbdtTrainer, 'gbdt'));
    expect(fields.map((field) => field.key)).toEqual(
      Object.keys(GbdtTrainer.shape).filter((key) => key !== 'kind' && key !== 'monotone'),
    );
    expect(fields.find((field) => field.key === 'trees')).toMatchObject({
      kind: 'integer',
      min: 1,
      max: 10_000,
      defaultValue: 200,
      label: 'Trees',
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
