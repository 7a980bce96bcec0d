export { NewTrainingPage } from './NewTrainingPage.tsx';
