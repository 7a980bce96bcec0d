import type { Preprocessing } from '../../../local-api/contract/index.ts';

export type ColumnSettings = Pick<Preprocessing, 'numeric' | 'categorical' | 'datetime'>;

/** The settings of all columns with what the recipe says of this one on top. */
export function columnSettings(preprocessing: Preprocessing, name: string): ColumnSettings {
  const { numeric, categorical, datetime, columns } = preprocessing;
  const own = Object.hasOwn(columns, name) ? Object.entries(columns[name] ?? {}) : [];
  const said = Object.fromEntries(own.filter(([, value]) => value !== undefined));
  return {
    numeric: { ...numeric, ...said },
    categorical: { ...categorical, ...said },
    datetime: { ...datetime, ...said },
  };
}
