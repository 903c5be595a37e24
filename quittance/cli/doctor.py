"""What is wrong with this installation, in words, each with the way to mend it."""

from __future__ import annotations

from quittance.cli.start import set_up_django
from quittance.config.environment import RefusedToStartError


def doctor(*, books: bool) -> int:
    """Print every finding; 0 when all is well, 1 when something has to be mended."""
    try:
        set_up_django()
    except RefusedToStartError as refused:
        for reason in refused.reasons:
            _print(ok=False, name="settings", text=reason)
        return 1
    from quittance.cli.findings import look_at_everything
    from quittance.core.clock import now

    well = True
    for finding in look_at_everything(now=now(), books=books):
        _print(ok=finding.ok, name=finding.name, text=finding.text)
        well = well and finding.ok
    print("All is well." if well else "Mend what is marked with !! and run `quittance doctor` again.")
    return 0 if well else 1


def _print(*, ok: bool, name: str, text: str) -> None:
    print(f"{'ok' if ok else '!!'}  {name:<16} {text}")
