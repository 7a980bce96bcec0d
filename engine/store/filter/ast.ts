/*
 * What a filter says, before it is known which list it is for. `at` is the offset in the text, for messages.
 *
 * Room for more: a function of a metric's history, min(metrics.loss), would be another kind of Operand; a full-text
 * condition another kind of Condition. The parser has one place for each, the compiler one case.
 */

/** `family` is null for a plain field: name; metrics.auc has family "metrics" and key "auc". */
export type FieldRef = { family: string | null; key: string; text: string; at: number };

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

export type NullTest = { kind: 'null'; field: FieldRef; negated: boolean };

export type Condition =
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | Leaf
  | NullTest;

export type SortKey = { field: FieldRef; descending: boolean };

export type Filter = { condition: Condition | null; orderBy: SortKey[] };
