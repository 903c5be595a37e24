"""The product's settings with the anchors' addresses beside its own; bare: the framework and nothing else."""

from __future__ import annotations

import os

from quittance.config.settings import *  # noqa: F403
from quittance.config.settings import INSTALLED_APPS as ALL_APPS
from quittance.config.settings import MIDDLEWARE as FULL

BARE = bool(os.environ.get("QUITTANCE_BENCH_BARE"))
ROOT_URLCONF = "tests.bench.anchors" if BARE else "tests.bench.urls"
MIDDLEWARE = [] if BARE else FULL
# allauth refuses to start without its middleware.
INSTALLED_APPS = [app for app in ALL_APPS if not (BARE and app.startswith("allauth"))]
