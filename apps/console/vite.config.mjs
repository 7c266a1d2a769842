import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `npx vite apps/console` shows the console while it is changed, against a platform that runs (`npm start`).
const API = process.env.COUNTERSIGN_URL ?? 'http://127.0.0.1:8081';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2022',
    // Nothing inline: the page's policy allows no inline script and no data of fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1024,
  },
  // The gateway takes requests of its own pages only: it has to see the address that the browser sees.
  server: {
    proxy: { '/api': { target: API, changeOrigin: false }, '/health': { target: API, changeOrigin: false } },
  },
});
