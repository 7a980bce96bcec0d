export { commandLine, withoutSecretArguments } from './command-line.ts';
export { readEnvironment, userName } from './environment.ts';
export { diffFile, environmentTags, factFiles, gitTags } from './fact-tags.ts';
export { type GitState, readGitState } from './git-state.ts';
export { createSystemSampler } from './system-sampler.ts';
export { recordTrainingFacts, type TrainingFacts } from './training-facts.ts';
