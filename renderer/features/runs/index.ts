export { AllRunsPage } from './AllRunsPage.tsx';
export { ExperimentRunsPage } from './ExperimentRunsPage.tsx';
export { RunPage } from './RunPage.tsx';
