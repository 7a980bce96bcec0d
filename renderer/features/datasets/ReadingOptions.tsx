import { NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { FileFormat, type ReadOptions, TextEncoding } from '../../../local-api/contract/index.ts';
import classes from './import.module.css';

type Change = { [K in keyof ReadOptions]?: ReadOptions[K] | undefined };

type Props = {
  /** What was corrected. */
  options: ReadOptions;
  /** What is in force: corrections and guesses. */
  guessed: ReadOptions;
  /** Sheets or tables that can be chosen. */
  tables: readonly string[];
  /** False: rows of a database, which need no reading. */
  isFile: boolean;
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
export function ReadingOptions({ options, guessed, tables, isFile, onChange }: Props) {
  const change = (next: Change) => onChange(next as Partial<ReadOptions>);
  const isText = guessed.format === 'csv' || guessed.format === 'tsv';
  const isSheet = guessed.format === 'excel';
  const known = (list: { value: string; label: string }[], value: string | undefined) =>
    value === undefined || list.some((entry) => entry.value === value)
      ? list
      : [...list, { value, label: value }];
  return (
    <div className={classes.options}>
      {isFile ? (
        <Select
          label="Format"
          data={FileFormat.options}
          value={guessed.format ?? null}
          allowDeselect={false}
          onChange={(value) => change({ format: FileFormat.options.find((format) => format === value) })}
        />
      ) : null}
      {tables.length > 0 ? (
        <Select
          label={isSheet ? 'Sheet' : 'Table'}
          data={[...tables]}
          value={guessed.table ?? null}
          allowDeselect={false}
          onChange={(value) => change({ table: value ?? undefined })}
        />
      ) : null}
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
          <Select
            label="Encoding"
            data={TextEncoding.options}
            value={guessed.encoding ?? 'utf-8'}
            allowDeselect={false}
            onChange={(value) =>
              change({ encoding: TextEncoding.options.find((encoding) => encoding === value) })
            }
          />
        </>
      ) : null}
      {isText || isSheet ? (
        <>
          <NumberInput
            label={isSheet ? 'Row of the names' : 'Line of the names'}
            placeholder="found by itself"
            min={1}
            allowDecimal={false}
            value={options.headerLine ?? ''}
            onChange={(value) =>
              change({ headerLine: typeof value === 'number' && value > 0 ? value : undefined })
            }
          />
          <Switch
            label={`First ${isSheet ? 'row' : 'line'} names the columns`}
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
