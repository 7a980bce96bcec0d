export { LineagePage } from './LineagePage.tsx';
