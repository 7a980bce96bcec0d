import { Button, Checkbox, NumberInput, Select, TagsInput, Text } from '@mantine/core';
import type { Dimension, SearchSpace, TrainerInfo } from '../../../../local-api/contract/index.ts';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './search.module.css';
import {
  changeBound,
  changeRange,
  conditionWords,
  type RangeKind,
  rangeKind,
  rangeKinds,
  rangeLabels,
  readOption,
  type SpaceRow,
  searchableSettings,
  spaceRows,
  usualDimension,
  writeOption,
} from './search-space.ts';

type Props = {
  trainer: TrainerInfo;
  /** null: the usual space. */
  space: SearchSpace | null;
  onSpace: (space: SearchSpace) => void;
  /** What is wrong with a setting, by its path; with the whole for the empty path. */
  faultAt: (path: string) => string | undefined;
};

/** What a search of a trainer looks through: which settings, and between which bounds. */
export function SpaceEditor({ trainer, space, onSpace, faultAt }: Props) {
  const { usualSpace } = trainer;
  const used = space ?? usualSpace ?? {};
  const settings = searchableSettings(trainer);
  const rows = spaceRows(used, usualSpace, settings);
  const others = settings.filter(({ path }) => !rows.some((row) => row.path === path));
  const set = (path: string, dimension: Dimension | null) =>
    onSpace(
      dimension === null
        ? Object.fromEntries(Object.entries(used).filter(([known]) => known !== path))
        : { ...used, [path]: dimension },
    );
  const fault = faultAt('');
  return (
    <fieldset className={classes.space}>
      <legend>
        {trainer.title} {space === null ? null : <ToneBadge tone="info">changed</ToneBadge>}
      </legend>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing is searched yet: add a setting.
        </Text>
      ) : null}
      {rows.map((row) => (
        <DimensionRow
          key={row.path}
          row={row}
          onDimension={(next) => set(row.path, next)}
          fault={faultAt(row.path)}
        />
      ))}
      {fault ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {fault}
        </Text>
      ) : null}
      <div className={classes.foot}>
        <Select
          aria-label={`Search a further setting of ${trainer.title}`}
          placeholder="Search a further setting"
          data={others.map(({ path, label }) => ({ value: path, label }))}
          value={null}
          onChange={(path) => {
            const setting = others.find((one) => one.path === path);
            if (setting) set(setting.path, usualDimension(setting.field));
          }}
          searchable
          nothingFoundMessage="No further setting"
          w={280}
        />
        {space !== null && usualSpace !== null ? (
          <Button variant="subtle" size="compact-sm" onClick={() => onSpace(usualSpace)}>
            Back to the usual
          </Button>
        ) : null}
      </div>
    </fieldset>
  );
}

type RowProps = {
  row: SpaceRow;
  /** null: not searched. */
  onDimension: (dimension: Dimension | null) => void;
  fault: string | undefined;
};

function DimensionRow({ row: { path, label, dimension, isOn, field }, onDimension, fault }: RowProps) {
  const kinds = rangeKinds(field);
  const kind = rangeKind(dimension);
  const conditions = conditionWords(dimension);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset in every line would be read out as a form of its own.
    <div className={classes.dimension} role="group" aria-label={`Search of ${label}`}>
      <Checkbox
        label={label}
        description={conditions === '' ? undefined : `only where ${conditions}`}
        title={path}
        checked={isOn}
        onChange={(event) => onDimension(event.currentTarget.checked ? dimension : null)}
      />
      {isOn ? (
        <>
          <Select
            aria-label={`How values of ${label} are drawn`}
            data={(kinds.includes(kind) ? kinds : [...kinds, kind]).map((value) => ({
              value,
              label: rangeLabels[value],
            }))}
            value={kind}
            onChange={(value) => {
              const next = kinds.find((one): one is RangeKind => one === value);
              if (next) onDimension(changeRange(dimension, next));
            }}
            allowDeselect={false}
            readOnly={kinds.length === 1}
          />
          {dimension.type === 'choice' ? (
            <Options
              label={label}
              dimension={dimension}
              choices={field?.choices ?? []}
              onDimension={onDimension}
              fault={fault}
            />
          ) : (
            <div className={classes.bounds}>
              {(['low', 'high'] as const).map((end) => (
                <NumberInput
                  key={end}
                  aria-label={`${end === 'low' ? 'Least' : 'Greatest'} ${label}`}
                  value={dimension[end]}
                  onChange={(value) => {
                    if (typeof value === 'number') onDimension(changeBound(dimension, end, value));
                  }}
                  allowDecimal={kind === 'float' || kind === 'log'}
                  hideControls
                  error={end === 'low' ? fault : fault !== undefined}
                />
              ))}
            </div>
          )}
        </>
      ) : (
        <span className={classes.off}>as it stands</span>
      )}
    </div>
  );
}

type OptionsProps = {
  label: string;
  dimension: Extract<Dimension, { type: 'choice' }>;
  choices: readonly string[];
  onDimension: (dimension: Dimension) => void;
  fault: string | undefined;
};

function Options({ label, dimension, choices, onDimension, fault }: OptionsProps) {
  return (
    <TagsInput
      aria-label={`Choices of ${label}`}
      data={[...choices]}
      value={dimension.options.map(writeOption)}
      onChange={(texts) => onDimension({ ...dimension, options: texts.map(readOption) })}
      splitChars={[]}
      error={fault}
      className={classes.options}
    />
  );
}
