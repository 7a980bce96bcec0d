export { controlTags, createRunControl, type RunControl } from './run-control.ts';
