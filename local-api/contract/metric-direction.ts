const lower =
  /(^|[._/ -])(log_?loss|loss|nll|error|errors|err|rmse|rmsle|mse|mae|mape|smape|median_ae|brier|ece|deviance|pinball|perplexity|ppl|bpb|wer|cer|fid|fpr|fnr|regret|aic|bic|cost|seconds|sec|ms|duration|latency|time|memory)([._/ -]|$)/;
const higher =
  /(^|[._/ -])(auc|accuracy|acc|f1|precision|recall|r2|auroc|auprc|ap|map|ndcg|mrr|bleu|rouge|iou|dice|score|reward|return|specificity|sensitivity|mcc|kappa|explained_variance|throughput)([._/ -]|$)/;

/** Whether a larger value of a metric is better, judged by its name; null where the name does not tell. */
export function betterDirection(metric: string): 'higher' | 'lower' | null {
  const name = metric.toLowerCase();
  if (lower.test(name)) return 'lower';
  return higher.test(name) ? 'higher' : null;
}
