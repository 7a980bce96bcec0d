/** A `TrialRecord`: all that the search needs to go on from, beside what people read in params and metrics. */
export const trialFile = 'trial.json';
export const trialStateTag = 'assay.trial.state';
/** Settings that the search varies, as JSON. */
export const trialValuesTag = 'assay.trial.values';
/** What a model of an automatic choice is called. */
export const trialTitleTag = 'assay.trial.title';
/** What its folds answered for the rows held out: their float32 numbers, one fold after the other. */
export const trialAnswersFile = 'answers.f32';
