export { Explanation } from './Explanation.tsx';
export {
  type Contribution,
  contributionsOf,
  oneAtATime,
  sliderRange,
  type Usual,
  usualValues,
} from './explain.ts';
export { Snippets } from './Snippets.tsx';
