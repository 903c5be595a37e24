"""What the calendar's script says."""

from __future__ import annotations

from django.utils.translation import gettext as _


def texts() -> dict[str, str]:
    """`{client}` and `{time}` are filled in by the script."""
    return {
        "today": _("Today"),
        "empty": _("No appointments"),
        "move_failed": _("The appointment was not moved. Check the connection and try again."),
        "undo": _("Undo"),
        "anyway": _("Move anyway"),
        "taken": _("Taken: {client}, {time}"),
    }
