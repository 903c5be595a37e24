// One sprite of the icons named in quittance/ui/icons.txt (Lucide, ISC licence), with a hashed name in the manifest.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

function symbol(name) {
  const path = fileURLToPath(import.meta.resolve(`lucide-static/icons/${name}.svg`));
  const inner = readFileSync(path, "utf8")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>[\s\S]*$/, "")
    .replace(/\s+/g, " ")
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
}

export function iconSprite({ names }) {
  return {
    name: "icon-sprite",
    generateBundle() {
      const symbols = names.map(symbol).join("\n");
      this.emitFile({
        type: "asset",
        name: "icons.svg",
        originalFileName: "icons.svg",
        source: `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols}\n</svg>\n`,
      });
    },
  };
}
