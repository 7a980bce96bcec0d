import { useRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent, Ref } from 'react';
import classes from './AppLink.module.css';

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & {
  href: string;
  /** `plain` inherits the colour of its surroundings: for cards, rows and navigation. `none` brings no looks at all. */
  look?: 'link' | 'plain' | 'none';
  ref?: Ref<HTMLAnchorElement>;
};

/** A link within the workbench: no page load, but still a real link (new tab, copy address). Takes paths of `app/paths.ts`. */
export function AppLink({ href, look = 'link', className, onClick, ...rest }: Props) {
  const router = useRouter();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const wantsOwnTab =
      event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (event.defaultPrevented || wantsOwnTab || rest.target === '_blank') return;
    event.preventDefault();
    router.history.push(href);
  };
  const ownClass = look === 'none' ? undefined : classes[look];
  const classNames = [ownClass, className].filter(Boolean).join(' ');
  return <a {...rest} href={href} className={classNames} onClick={follow} />;
}
