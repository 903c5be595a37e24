"""Build hook: the wheel carries the front-end assets and the compiled translations, so make what is not there yet."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        if version == "editable":
            return
        root = Path(self.root)
        subprocess.run([sys.executable, root / "quittance/ui/catalogs.py"], check=True)  # noqa: S603  our own script
        if (root / "quittance/ui/static/ui/dist/manifest.json").exists():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("The assets are not built and npm is missing. Install Node 20, then build again.")
        for step in (["ci"], ["run", "build"]):
            subprocess.run([npm, *step], cwd=root / "frontend", check=True)  # noqa: S603  our own package.json
