export { LineagePage } from './LineagePage.tsx';
export { LineageView } from './LineageView.tsx';
