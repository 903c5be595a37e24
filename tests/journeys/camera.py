"""Pictures of the steps for people to look at: JOURNEY_PICTURES=/some/folder, else nothing is taken."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

SIZES = ((360, 740), (1440, 900))
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


class Camera:
    """Each step as a phone and a desk show it, by day and by night."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def take(self, page: Page, name: str) -> None:
        if self._folder is None:
            return
        kept = page.viewport_size
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for theme in THEMES:
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                at_rest(page)
                page.screenshot(caret="initial", path=self._folder / f"{name}-{width}-{theme}.png")
        page.emulate_media(color_scheme="light")
        if kept is not None:
            page.set_viewport_size(kept)

    def shot(self, page: Page, name: str) -> None:
        """As it is at this moment, in the middle of a movement."""
        if self._folder is not None:
            page.screenshot(path=self._folder / f"{name}.png")


_AT_REST = """() => Promise.race([
  Promise.allSettled(document.getAnimations().map(one => one.finished)),
  new Promise(done => setTimeout(done, 400)),
])"""


def at_rest(page: Page) -> None:
    """Wait until nothing moves: a colour half-way between two themes is nobody's colour."""
    page.evaluate(_AT_REST)


def camera_from_environment() -> Camera:
    folder = os.environ.get("JOURNEY_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Camera(Path(folder) if folder else None)
