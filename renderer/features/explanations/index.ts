export { ModelExplanation } from './ModelExplanation.tsx';
export { RowAnswer } from './RowAnswer.tsx';
export { RunExplanation } from './RunExplanation.tsx';
