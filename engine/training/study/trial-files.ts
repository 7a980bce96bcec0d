/** A `TrialRecord`: all that the search needs to go on from, beside what people read in params and metrics. */
export const trialFile = 'trial.json';
export const trialStateTag = 'assay.trial.state';
/** Settings that the search varies, as JSON. */
export const trialValuesTag = 'assay.trial.values';
