import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The page is served under a strict content security policy: no inline script may be emitted, so the
// module-preload polyfill and asset inlining are off.
export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8600", "/healthz": "http://127.0.0.1:8600" } },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
