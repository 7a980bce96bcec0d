/*
 * What a filter says, before it is known which list it is for. `at` is the offset in the text, for messages.
 */

/** min(metrics.loss): one number made of a metric's history. `last` of slope: how many of its newest points. */
export type HistoryFunction = { name: 'min' | 'max' | 'first' | 'count' | 'slope'; last: number };

/**
 * `family` is null for a plain field: name; metrics.auc has family "metrics" and key "auc". `of` is left out for the value
 * itself, which is the last one of a metric.
 */
export type FieldRef = {
  family: string | null;
  key: string;
  text: string;
  at: number;
  of?: HistoryFunction;
};

/** Whether it needs points and not only what is kept beside the last one. */
export function readsHistory(field: FieldRef): boolean {
  return field.of?.name === 'first' || field.of?.name === 'slope';
}

export type Literal =
  | { kind: 'number'; value: number; at: number }
  | { kind: 'string'; value: string; at: number }
  | { kind: 'boolean'; value: boolean; at: number };

export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A comparison of one field with values. */
export type Leaf =
  | { kind: 'compare'; field: FieldRef; operator: CompareOperator; value: Literal }
  | { kind: 'like'; field: FieldRef; pattern: string; ignoreCase: boolean; negated: boolean; at: number }
  | { kind: 'in'; field: FieldRef; values: Literal[]; negated: boolean }
  | { kind: 'between'; field: FieldRef; low: Literal; high: Literal; negated: boolean };

/** All these words are somewhere in the texts of the item. */
export type TextTest = { kind: 'text'; words: string[]; at: number };

export type NullTest = { kind: 'null'; field: FieldRef; negated: boolean };

export type Condition =
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | Leaf
  | NullTest
  | TextTest;

export type SortKey = { field: FieldRef; descending: boolean };

export type Filter = { condition: Condition | null; orderBy: SortKey[] };
