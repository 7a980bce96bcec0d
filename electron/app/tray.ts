import { Menu, nativeImage, Tray } from 'electron';

/** 16 × 16 mark as a data URL: the icon needs no file to be found. */
const icon =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAQ0lEQVR4nGNgoBAwYhP8//8/A7oYIyMjVrVYDcCmGZ8hGAbg04zLEBQDiNGMzRAmYjXiAhQbMPBeoHoUQg0ZkBgYeAAAnFg4EfVQHl4AAAAASUVORK5CYII=';

/** The tray entry; the caller keeps the reference, or it disappears with the next garbage collection. */
export function createTray(actions: {
  show(): void;
  navigate(path: string): void;
  quit(): void;
}): Tray | null {
  try {
    const tray = new Tray(nativeImage.createFromDataURL(icon));
    tray.setToolTip('Assay');
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Show Assay', click: actions.show },
        { label: 'Jobs', click: () => actions.navigate('/jobs') },
        { type: 'separator' },
        { label: 'Quit', click: actions.quit },
      ]),
    );
    tray.on('click', actions.show);
    return tray;
  } catch {
    // Some Linux desktops have no tray; nothing is reachable only there.
    return null;
  }
}
