export { ValidationView } from './ValidationView.tsx';
