export { JobPage } from './JobPage.tsx';
export { JobsPage } from './JobsPage.tsx';
