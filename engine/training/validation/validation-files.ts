/** What a run with folds or a search keeps besides; the report is a `ValidationReport`. */
export const validationFiles = {
  report: 'validation.json',
  /** Rows that were held out, with what models said that had not learnt from them; columns as in the predictions of the test part. */
  outOfFold: 'out-of-fold.parquet',
  /** Of a search: a `StudyReport`. */
  study: 'study.json',
  /** Of an automatic choice: an `AutoReport`. */
  auto: 'auto.json',
} as const;
