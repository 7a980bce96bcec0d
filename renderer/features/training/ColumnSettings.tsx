import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ChosenFeature } from './chosen-features.ts';
import type { PreprocessingDraft } from './preprocessing-draft.ts';
import { columnFields } from './preprocessing-fields.ts';
import { SettingInputs } from './SettingInputs.tsx';
import classes from './training.module.css';
import { usefulFields } from './useful-fields.ts';

type Props = {
  preprocessing: PreprocessingDraft;
  features: readonly ChosenFeature[];
  onChange: (columns: PreprocessingDraft['columns']) => void;
  faultAt: (field: string) => string | undefined;
};

/** Settings of single columns, where they differ from those of all. */
export function ColumnSettings({ preprocessing, features, onChange, faultAt }: Props) {
  const { columns, groups } = preprocessing;
  const own = features.filter(({ name }) => columns[name] !== undefined);
  const others = features.filter(({ name }) => columns[name] === undefined).map(({ name }) => name);
  const remove = (name: string) =>
    onChange(Object.fromEntries(Object.entries(columns).filter(([known]) => known !== name)));
  return (
    <fieldset className={classes.group}>
      <legend>Single columns</legend>
      {own.map(({ name, role }) => {
        const settings = columns[name] ?? {};
        const fields = columnFields(role, groups);
        return (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend leaves no room for the button beside the name.
          <div key={name} className={classes.column} role="group" aria-label={`Settings of ${name}`}>
            <div className={classes.columnHead}>
              <strong>{name}</strong> <span className="a-dim">{role}</span>
              <Tooltip label="Back to the settings of all">
                <ActionIcon
                  size="sm"
                  aria-label={`Remove the settings of ${name}`}
                  onClick={() => remove(name)}
                >
                  <IconX size={14} />
                </ActionIcon>
              </Tooltip>
            </div>
            <SettingInputs
              fields={usefulFields(fields, settings)}
              settings={settings}
              onSettings={(next) => onChange({ ...columns, [name]: next })}
              faultAt={(field) => faultAt(`columns.${name}.${field}`)}
            />
          </div>
        );
      })}
      <Select
        aria-label="Give a column settings of its own"
        placeholder="Give a column settings of its own"
        data={others}
        value={null}
        onChange={(name) => {
          if (name !== null) onChange({ ...columns, [name]: {} });
        }}
        searchable
        nothingFoundMessage="No further feature"
        maw={320}
      />
    </fieldset>
  );
}
