import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './base.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { events } from './events.ts';
import { keepCacheLive } from './live-cache.ts';
import { pageOfMlflowLink } from './mlflow-links.ts';
import { createQueryClient } from './queries.ts';
import { router } from './routes.tsx';
import { cssVariables, theme } from './theme.ts';

/** After an update the page open may ask for chunks that are gone: the new page has the new names. Once, not for ever. */
window.addEventListener('vite:preloadError', () => {
  const last = Number(sessionStorage.getItem('assay-reloaded-at'));
  if (Date.now() - last < 30_000) return;
  sessionStorage.setItem('assay-reloaded-at', String(Date.now()));
  window.location.reload();
});

const linkedPage = pageOfMlflowLink(window.location.hash);
if (linkedPage !== null) window.history.replaceState(null, '', linkedPage);

const cache = createQueryClient();
keepCacheLive(cache);
events.start();

const place = document.getElementById('root');
if (!place) throw new Error('index.html has no element with the id root.');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={cache}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
