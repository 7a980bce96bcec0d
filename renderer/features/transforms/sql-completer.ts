import type { Column } from '../../../local-api/contract/index.ts';
import type { Completer } from '../training/recipe-editor/completion-source.ts';
import { sqlWords } from '../training/recipe-editor/sql-language.ts';

const functions = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'coalesce',
  'round',
  'date_trunc',
  'hour',
  'lower',
  'upper',
  'length',
];

/** Names of the inputs and their columns, functions that are often used, and the words of SQL. */
export function sqlCompleter(inputs: readonly { alias: string; columns: readonly Column[] }[]): Completer {
  return (text, offset) => {
    const word = /[\p{L}\p{N}_]*$/u.exec(text.slice(0, offset))?.[0] ?? '';
    const from = offset - word.length;
    if (word === '' && !/[\s,(.]$/.test(text.slice(0, offset))) return null;
    const alias = /([\p{L}\p{N}_]+)\.$/u.exec(text.slice(0, from))?.[1];
    const shown = alias === undefined ? inputs : inputs.filter((one) => one.alias === alias);
    const columns = shown.flatMap((input) =>
      input.columns.map(({ name, type }) => ({
        label: name,
        detail: `${type}, ${input.alias}`,
        description: '',
        kind: 'column' as const,
        insert:
          /^[a-z_][a-z0-9_]*$/i.test(name) && !sqlWords.includes(name.toLowerCase())
            ? name
            : `"${name.replaceAll('"', '""')}"`,
        hasMore: false,
      })),
    );
    const plain = (label: string, detail: string, insert = label) => ({
      label,
      detail,
      description: '',
      kind: 'name' as const,
      insert,
      hasMore: false,
    });
    const others =
      alias === undefined
        ? [
            ...inputs.map((input) => plain(input.alias, 'input')),
            ...functions.map((name) => plain(name, 'function', `${name}(`)),
            ...sqlWords.map((name) => plain(name.toUpperCase(), '')),
          ]
        : [];
    return { from, to: offset, options: [...columns, ...others] };
  };
}
