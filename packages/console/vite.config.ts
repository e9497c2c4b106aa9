import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Fonts come as files: the content security policy allows them, and they are cached.
  // light-dark() of the style sheet is left to the browser (2024 and newer).
  build: {
    outDir: 'dist',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': process.env.MOALOG_URL ?? 'http://127.0.0.1:3080' } },
});
