export { ExperimentsPage } from './ExperimentsPage.tsx';
