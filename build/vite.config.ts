import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const engine = process.env.ASSAY_URL ?? 'http://127.0.0.1:4890';

/** The workbench: `renderer/` becomes static files in `dist/renderer/`, served by the local API itself. */
export default defineConfig({
  root: `${root}renderer`,
  base: '/',
  plugins: [react()],
  build: {
    outDir: `${root}dist/renderer`,
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy forbids inline scripts, and with them Vite's preload polyfill and data: assets.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'kit', test: /node_modules[\\/](@mantine|@floating-ui|react-remove-scroll)/ },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ },
            // Small shared parts in one file instead of twenty; Markdown brings a parser and stays on its own.
            { name: 'parts', test: /renderer[\\/](app|components)[\\/](?!main|.*Markdown)/ },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/api', '/openapi.json', '/docs', '/health'].map((path) => [
        path,
        {
          target: engine,
          // The engine accepts requests from its own origin only; in development the page has another.
          configure: (proxy: { on(event: 'proxyReq', listener: (request: ProxyRequest) => void): void }) =>
            proxy.on('proxyReq', (request) => {
              request.setHeader('origin', engine);
              if (process.env.ASSAY_TOKEN)
                request.setHeader('authorization', `Bearer ${process.env.ASSAY_TOKEN}`);
            }),
          changeOrigin: true,
        },
      ]),
    ),
  },
});

type ProxyRequest = { setHeader(name: string, value: string): void };
