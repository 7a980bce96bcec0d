import { useEffect, useRef, useSyncExternalStore } from 'react';

/**
 * `keys` is one key (`?`, `/`, `j`) or two pressed after one another (`g d`), as KeyboardEvent.key names them.
 * Shortcuts are silent while someone types, and while a dialog is open.
 */
export type Shortcut = { keys: string; label: string; group: string; run: () => void };

const SEQUENCE_MS = 1200;

let shortcuts: readonly Shortcut[] = [];
const listeners = new Set<() => void>();
let prefix = '';
let prefixTimer: ReturnType<typeof setTimeout> | undefined;

function change(next: readonly Shortcut[]): void {
  shortcuts = next;
  for (const listener of listeners) listener();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** Enter and Space belong to the link or button that has the focus. */
function isForControl(event: KeyboardEvent): boolean {
  const presses = event.key === 'Enter' || event.key === ' ';
  return (
    presses &&
    event.target instanceof Element &&
    event.target.closest('a, button, summary, [role="tab"]') !== null
  );
}

function dialogIsOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || isForControl(event) || dialogIsOpen()) return;
  const pressed = prefix === '' ? event.key : `${prefix} ${event.key}`;
  clearTimeout(prefixTimer);
  prefix = '';
  // The page shown registered last: its meaning of a key wins over the shell's.
  const found = shortcuts.findLast((shortcut) => shortcut.keys === pressed);
  if (found) {
    event.preventDefault();
    found.run();
  } else if (shortcuts.some((shortcut) => shortcut.keys.startsWith(`${pressed} `))) {
    prefix = pressed;
    prefixTimer = setTimeout(() => {
      prefix = '';
    }, SEQUENCE_MS);
  }
}

/** Listens for shortcuts; called once by the shell. Returns a function that stops it. */
export function listenForShortcuts(): () => void {
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}

/** Offers shortcuts while the component is shown, and lists them in the help overlay. */
export function useShortcuts(offered: readonly Shortcut[]): void {
  const latest = useRef(offered);
  latest.current = offered;
  const signature = offered.map((s) => `${s.keys}\t${s.label}\t${s.group}`).join('\n');
  useEffect(() => {
    const mine = signature
      .split('\n')
      .filter((line) => line !== '')
      .map((line, index) => {
        const [keys = '', label = '', group = ''] = line.split('\t');
        return { keys, label, group, run: () => latest.current[index]?.run() };
      });
    change([...shortcuts, ...mine]);
    return () => change(shortcuts.filter((shortcut) => !mine.includes(shortcut)));
  }, [signature]);
}

/** Every shortcut that works now. */
export function useOfferedShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shortcuts,
  );
}
