export { ImportRunsPage } from './ImportRunsPage.tsx';
