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
    const named = alias === undefined ? [] : tableOf(text, alias);
    const shown =
      alias === undefined ? inputs : inputs.filter((one) => named.includes(one.alias.toLowerCase()));
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
            ...withNames(text).map((name) => plain(name, 'WITH')),
            ...functions.map((name) => plain(name, 'function', `${name}(`)),
            ...sqlWords.map((name) => plain(name.toUpperCase(), '')),
          ]
        : [];
    return { from, to: offset, options: [...columns, ...others] };
  };
}

/** The names of queries that WITH has given. */
function withNames(text: string): string[] {
  return [
    ...text.matchAll(
      /(?:\bwith(?:\s+recursive)?|,)\s+([\p{L}_][\p{L}\p{N}_]*)\s*(?:\([^()]*\)\s*)?as\s*(?:not\s+materialized\s*|materialized\s*)?\(/giu,
    ),
  ].map(([, name = '']) => name);
}

/** The tables that a name before a dot may stand for: itself, or what FROM and JOIN call so. */
function tableOf(text: string, alias: string): string[] {
  const wanted = alias.toLowerCase();
  const renamed = [
    ...text.matchAll(/\b(?:from|join)\s+([\p{L}_][\p{L}\p{N}_]*)\s+(?:as\s+)?([\p{L}_][\p{L}\p{N}_]*)/giu),
  ];
  const found = renamed.filter(([, , name = '']) => name.toLowerCase() === wanted);
  return found.length === 0 ? [wanted] : found.map(([, table = '']) => table.toLowerCase());
}
