import { z } from 'zod';
import { FoldScheme, Tuning } from '../../../../local-api/contract/index.ts';
import { type SettingField, settingFields } from '../setting-fields.ts';

const Form = z.object({
  properties: z.looseObject({ kind: z.object({ const: z.string() }) }),
});
const Union = z.object({ oneOf: z.array(Form) });

/** The settings of each form of a union, by its kind. */
function fieldsByKind(union: unknown): Map<string, SettingField[]> {
  return new Map(
    Union.parse(union).oneOf.map((form) => [
      form.properties.kind.const,
      settingFields({ schema: form, defaults: {} }),
    ]),
  );
}

const Schema = z.object({ properties: z.record(z.string(), z.unknown()) });
const tuning = Schema.parse(z.toJSONSchema(Tuning, { io: 'input' }));
const methods = fieldsByKind(tuning.properties.method);
const schemes = fieldsByKind(z.toJSONSchema(FoldScheme, { io: 'input' }));

/** How a search is repeated is written by the run, and its parts with editors of their own are no fields. */
const elsewhere = new Set(['fits']);

/** The settings of a search whatever its method: how many trials, how long, when one is given up. */
export const tuningFields = settingFields({ schema: tuning, defaults: {} }).filter(
  ({ key }) => !elsewhere.has(key),
);

/** The settings of a method. */
export const methodFields = (kind: string): SettingField[] => methods.get(kind) ?? [];

/** The settings of a way to share rows out into folds; its column has a field of its own. */
export const schemeFields = (kind: string): SettingField[] =>
  (schemes.get(kind) ?? []).filter(({ key }) => key !== 'column');
