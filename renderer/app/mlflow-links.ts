/** The page of a link that MLflow's client prints (`/#/experiments/1/runs/3f2a…`), or null for any other fragment. */
export function pageOfMlflowLink(fragment: string): string | null {
  const run = /^#\/experiments\/\d+\/runs\/([0-9a-f]{32})(?:$|[/?])/.exec(fragment);
  if (run) return `/runs/${run[1]}`;
  const trace = /^#\/experiments\/\d+\/traces\?(?:.*&)?selectedEvaluationId=(tr-[0-9a-f]{32})\b/.exec(
    fragment,
  );
  if (trace) return `/traces/${trace[1]}`;
  const experiment = /^#\/experiments\/(\d+)(?:$|[/?])/.exec(fragment);
  if (experiment) return `/experiments/${experiment[1]}`;
  const model = /^#\/models\/([^/?]+)/.exec(fragment);
  return model ? `/models/${model[1]}` : null;
}
