export { Snippets } from './Snippets.tsx';
export { sliderRange, type UsualRange, usualRanges } from './usual-range.ts';
