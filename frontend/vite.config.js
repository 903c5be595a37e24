import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

import { compressedCopies } from "./build/compressed-copies.js";
import { iconSprite } from "./build/icon-sprite.js";

const ui = resolve(import.meta.dirname, "../quittance/ui");

export default defineConfig({
  base: "/static/ui/dist/",
  publicDir: false,
  plugins: [
    tailwindcss(),
    iconSprite({
      names: readFileSync(join(ui, "icons.txt"), "utf8").split("\n").map((name) => name.trim()).filter(Boolean),
    }),
    compressedCopies(),
  ],
  build: {
    outDir: join(ui, "static/ui/dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    cssTarget: ["chrome111", "firefox114", "safari16.4"],
    // Content-Security-Policy lets no data: fonts in, and small files cost nothing over one connection.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        desk: "src/desk/main.js",
        calendar: "src/calendar/main.js",
        pay: "src/pay/main.js",
      },
    },
  },
});
