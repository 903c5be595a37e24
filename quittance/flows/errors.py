"""Why a flow did not do what it was asked; every text is a sentence that a person can act on."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from quittance.core.money import Money


class FlowError(Exception):
    """Base: the text is shown, nothing was changed."""


class RefusedError(FlowError):
    """What was typed or chosen cannot be; mend it and try again."""


class GoneError(FlowError):
    """The row does not exist for this business."""


class ChangedMeanwhileError(FlowError):
    """The form was filled in on an older version of the bill."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this visit meanwhile. Look at it again, then repeat."))


class BusyError(FlowError):
    """Another desk is changing the bill at this moment."""

    def __init__(self) -> None:
        super().__init__(_("Another desk is changing this visit. Try again in a minute."))


class ClientIsPayingError(FlowError):
    """The visit is locked: the client is on the payment page. `Stop payment and continue` is offered."""

    def __init__(self, *, amount: Money, since: datetime, locked_until: datetime) -> None:
        super().__init__(_("The client is paying. Stop the payment first, or wait."))
        self.amount = amount
        self.since = since
        self.locked_until = locked_until


class PaidOnlineError(FlowError):
    """The client's payment was complete before it could be ended; nothing else was changed."""

    def __init__(self, *, amount: Money) -> None:
        super().__init__(_("The client paid online just now. Nothing else was changed."))
        self.amount = amount


class PaymentProcessingError(FlowError):
    """The client agreed to pay by a method whose money takes days."""

    def __init__(self, *, amount: Money) -> None:
        super().__init__(_("The client has paid online by a method that takes days to confirm."))
        self.amount = amount


class StillPayableError(FlowError):
    """The page could not be ended for sure. `Take it anyway` is offered."""

    def __init__(self, *, payable_until: datetime | None) -> None:
        super().__init__(_("The payment page could not be closed. The client may still pay on it."))
        self.payable_until = payable_until


class ConflictError(FlowError):
    """Somebody is booked with the same staff member at that time; the text names who and when."""


class FieldError(RefusedError):
    """One field of a form cannot be what was typed; `field` names it, the rest of the form is fine."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class ChangedByOtherError(ChangedMeanwhileError):
    """Somebody saved the same form first. Nothing of ours was saved; who saves it once more has seen theirs.

    `version` is the one that stands now, for the form that is drawn again.
    """

    def __init__(self, *, by_id: int | None, at: datetime, version: int) -> None:
        FlowError.__init__(self, _("Somebody changed this meanwhile. Look at what stands there now, then save again."))
        self.by_id = by_id
        self.at = at
        self.version = version
