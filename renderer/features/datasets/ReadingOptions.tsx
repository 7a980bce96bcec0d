import { NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { FileFormat, type ReadOptions } from '../../../local-api/contract/index.ts';
import classes from './import.module.css';

type Change = { [K in keyof ReadOptions]?: ReadOptions[K] | undefined };

type Props = {
  /** What was corrected. */
  options: ReadOptions;
  /** What is in force: corrections and guesses. */
  guessed: ReadOptions;
  onChange: (change: Partial<ReadOptions>) => void;
};

const delimiters = [
  { value: ',', label: 'comma ,' },
  { value: ';', label: 'semicolon ;' },
  { value: '\t', label: 'tab' },
  { value: '|', label: 'bar |' },
  { value: ' ', label: 'space' },
];
const quotes = [
  { value: '"', label: 'double "' },
  { value: "'", label: "single '" },
];

/** How the file is cut into rows and columns, and which rows are kept. Guesses are shown and can be overruled. */
export function ReadingOptions({ options, guessed, onChange }: Props) {
  const change = (next: Change) => onChange(next as Partial<ReadOptions>);
  const isText = guessed.format === 'csv' || guessed.format === 'tsv';
  const known = (list: { value: string; label: string }[], value: string | undefined) =>
    value === undefined || list.some((entry) => entry.value === value)
      ? list
      : [...list, { value, label: value }];
  return (
    <div className={classes.options}>
      <Select
        label="Format"
        data={FileFormat.options}
        value={guessed.format ?? null}
        allowDeselect={false}
        onChange={(value) => change({ format: FileFormat.options.find((format) => format === value) })}
      />
      {isText ? (
        <>
          <Select
            label="Delimiter"
            data={known(delimiters, guessed.delimiter)}
            value={guessed.delimiter ?? null}
            allowDeselect={false}
            onChange={(value) => change({ delimiter: value ?? undefined })}
          />
          <Select
            label="Quote"
            data={known(quotes, guessed.quote)}
            value={guessed.quote ?? null}
            allowDeselect={false}
            onChange={(value) => change({ quote: value ?? undefined })}
          />
          <Switch
            label="First line names the columns"
            className={classes.switch}
            checked={guessed.header ?? true}
            onChange={(event) => change({ header: event.currentTarget.checked })}
          />
          <TagsInput
            label="Means missing"
            placeholder={guessed.nullStrings?.length ? '' : 'NA, null, -'}
            value={guessed.nullStrings ?? []}
            maxTags={20}
            onChange={(values) => change({ nullStrings: values })}
          />
        </>
      ) : null}
      <TextInput
        label="Keep rows where"
        placeholder="date < '2001-03-01'"
        value={options.where ?? ''}
        onChange={(event) => {
          const where = event.currentTarget.value;
          change({ where: where.trim() === '' ? undefined : where });
        }}
      />
      <NumberInput
        label="Keep at most"
        placeholder="all rows"
        min={1}
        allowDecimal={false}
        thousandSeparator=","
        value={options.limit ?? ''}
        onChange={(value) => change({ limit: typeof value === 'number' && value > 0 ? value : undefined })}
      />
    </div>
  );
}
