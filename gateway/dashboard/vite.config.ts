import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The gateway for `npm run dev`; what is built is served by the gateway itself.
const gateway = process.env['NEXUS_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../target/classes/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // nothing inline: the gateway's Content-Security-Policy is default-src 'self'
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: Object.fromEntries(
      ['/jobs', '/tasks', '/events', '/usage', '/system', '/health', '/version', '/session', '/webhooks'].map(
        (path) => [path, gateway],
      ),
    ),
  },
  test: {
    environment: 'happy-dom',
    testTimeout: 30_000, // machines that build may be busy
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    reporters: ['default', ['junit', { outputFile: '../target/surefire-reports/TEST-dashboard.xml' }]],
  },
});
