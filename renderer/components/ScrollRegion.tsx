import type { HTMLAttributes, Ref } from 'react';

type Props = HTMLAttributes<HTMLElement> & {
  /** What scrolls in it, for screen readers. */
  label: string;
  ref?: Ref<HTMLElement>;
};

/** A part of the page that scrolls by itself, and that the keyboard can therefore reach. */
export function ScrollRegion({ label, ...rest }: Props) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard.
  return <section tabIndex={0} aria-label={label} {...rest} />;
}
