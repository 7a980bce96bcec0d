import { Kbd, Modal } from '@mantine/core';
import { useOfferedShortcuts } from '../shortcuts.ts';
import classes from './ShortcutHelp.module.css';

/** Works everywhere, even while typing, and is therefore none of the others. */
const palette = { keys: 'Ctrl/⌘ K', label: 'Search and commands', group: 'Everywhere' };

/** Every shortcut that works on the page shown, by group. */
export function ShortcutHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const offered = useOfferedShortcuts();
  const groups = Map.groupBy([...offered, palette], (shortcut) => shortcut.group);
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Keyboard shortcuts"
      size={620}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.groups}>
        {[...groups].map(([group, shortcuts]) => (
          <section key={group} aria-label={group}>
            <h3 className={classes.heading}>{group}</h3>
            <dl className={classes.list}>
              {shortcuts.map((shortcut) => (
                <div key={shortcut.keys} className={classes.row}>
                  <dt>{shortcut.label}</dt>
                  <dd className={classes.keys}>
                    {shortcut.keys.split(' ').map((key) => (
                      <Kbd key={key} size="xs">
                        {key}
                      </Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
