/** Puts the decisions of navigation.ts in force for every page and session of the app. */
import { app, type Session, shell, type WebContents } from 'electron';
import { mayHavePermission, mayNavigate, mayOpenOutside } from './navigation.ts';

/** Call before the first window is made. `origin` gives the engine's origin, null while it is not up. */
export function guardPages(origin: () => string | null): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, origin));
}

function guardContents(contents: WebContents, origin: () => string | null): void {
  contents.on('will-navigate', (event, url) => {
    if (!mayNavigate(url, origin())) event.preventDefault();
  });
  contents.on('will-redirect', (event, url) => {
    if (!mayNavigate(url, origin())) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

export function guardSession(session: Session, origin: () => string | null): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(mayHavePermission(permission, contents.getURL(), origin())),
  );
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    mayHavePermission(permission, requestingOrigin, origin()),
  );
  session.setDevicePermissionHandler(() => false);
}
