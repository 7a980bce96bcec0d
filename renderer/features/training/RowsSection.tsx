import { NumberInput, Select, TextInput } from '@mantine/core';
import { z } from 'zod';
import { Recipe } from '../../../local-api/contract/index.ts';
import { formatCount } from '../../app/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { type Draft, usualLimits } from './draft.ts';
import { Folded } from './Folded.tsx';
import { SettingInputs } from './SettingInputs.tsx';
import { settingFields, withoutDefaults } from './setting-fields.ts';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';

const samples = [
  { value: 'even', label: 'Spread evenly' },
  { value: 'newest', label: 'The newest' },
  { value: 'first', label: 'The first' },
];

const limitFields = settingFields({
  schema: z.record(z.string(), z.unknown()).parse(z.toJSONSchema(Recipe.shape.limits, { io: 'input' })),
  defaults: {},
});

/** How many rows are used, which, the seed of everything random, and what a training may take. */
export function RowsSection({ draft, data, onChange, faultAt }: SectionProps) {
  const { rows } = draft;
  const limits = withoutDefaults(draft.limits, usualLimits);
  const changed = Object.keys(limits).length;
  const hasLimitFault = limitFields.some(({ key }) => faultAt(`limits.${key}`) !== undefined);
  const change = (part: Partial<Draft['rows']>) => onChange({ ...draft, rows: { ...rows, ...part } });
  return (
    <Panel title="9 · Rows, seed and limits">
      <div className={classes.row}>
        <NumberInput
          label="At most"
          description={`of ${formatCount(data.version.rows)} rows`}
          placeholder="all rows"
          value={rows.limit ?? ''}
          onChange={(value) => change({ limit: typeof value === 'number' ? value : null })}
          min={20}
          step={10_000}
          thousandSeparator=","
          allowDecimal={false}
          error={faultAt('limit')}
          w={150}
        />
        <Select
          label="Which"
          description="when there are more"
          data={samples}
          value={rows.sample}
          onChange={(value) => {
            const sample = (['even', 'newest', 'first'] as const).find((candidate) => candidate === value);
            if (sample) change({ sample });
          }}
          disabled={rows.limit === null}
          allowDeselect={false}
          w={150}
        />
        <TextInput
          label="Only where"
          description="an SQL condition over the columns"
          placeholder="distance > 100"
          value={rows.where}
          onChange={(event) => change({ where: event.currentTarget.value })}
          error={faultAt('where')}
          className={classes.grow}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <NumberInput
          label="Seed"
          description="same seed, same model"
          value={draft.seed}
          onChange={(value) => {
            if (typeof value === 'number') onChange({ ...draft, seed: value });
          }}
          min={0}
          max={2 ** 31 - 1}
          allowDecimal={false}
          error={faultAt('seed')}
          w={130}
        />
      </div>
      <Folded title="Limits" changed={changed} isOpenAtFirst={changed > 0} hasFault={hasLimitFault}>
        <SettingInputs
          fields={limitFields}
          settings={limits}
          onSettings={(next) => onChange({ ...draft, limits: { ...usualLimits, ...next } })}
          faultAt={(key) => faultAt(`limits.${key}`)}
        />
      </Folded>
    </Panel>
  );
}
