import { SegmentedControl, Select } from '@mantine/core';
import { SettingInputs } from '../SettingInputs.tsx';
import { type SchemeInput, schemeLabels } from '../validation-draft.ts';
import { schemeFields } from './search-fields.ts';

type Props = {
  scheme: SchemeInput;
  onScheme: (scheme: SchemeInput) => void;
  columns: readonly string[];
  /** By the name of a setting. */
  faultAt: (key: string) => string | undefined;
};

/** The settings of one way to share rows out into folds. */
export function FoldFields({ scheme, onScheme, columns, faultAt }: Props) {
  const { kind, ...settings } = scheme;
  const column = scheme.kind === 'group' ? { column: scheme.column } : {};
  return (
    <>
      {scheme.kind === 'group' ? (
        <Select
          label="Kept together by"
          data={[...columns]}
          searchable
          value={scheme.column || null}
          error={faultAt('column')}
          onChange={(name) => onScheme({ ...scheme, column: name ?? '' })}
          maw={280}
        />
      ) : null}
      <SettingInputs
        fields={schemeFields(kind)}
        settings={Object.fromEntries(Object.entries(settings).filter(([key]) => key !== 'column'))}
        // The contract checks the settings against the schema that the fields were made from.
        onSettings={(next) => onScheme({ kind, ...column, ...next } as SchemeInput)}
        faultAt={faultAt}
      />
    </>
  );
}

type ChoiceProps = Props & {
  label: string;
  /** Whether rows are in order of time, so that folds can be. */
  hasTime: boolean;
};

/** A way to share rows out and its settings. */
export function FoldChoice({ label, hasTime, ...props }: ChoiceProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend leaves no room for the choice beside its name.
    <div role="group" aria-label={label}>
      <SegmentedControl
        aria-label={`${label}: how`}
        value={props.scheme.kind}
        onChange={(kind) => {
          if (kind === 'group') props.onScheme({ kind, column: '' });
          else if (kind === 'timeSeries' || kind === 'kfold') props.onScheme({ kind });
        }}
        data={Object.entries(schemeLabels).map(([value, text]) => ({
          value,
          label: text,
          disabled: value === 'timeSeries' && !hasTime,
        }))}
      />
      <FoldFields {...props} />
    </div>
  );
}
