"""What another room keeps in English, in the reader's language: labels of tables, and reasons as they were stored."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _

# A code from outside stands behind the sentence: `The mailbox is full. (reply 552)`.
_WITH_CODE: Final = re.compile(r"(.+?)( \([^()]*\))\.?\Z", re.DOTALL)


def said(text: str) -> str:
    """A sentence of ours is translated; what somebody typed, or an outside system wrote, comes back as it is."""
    known = _(text)
    if known != text:
        return known
    with_code = _WITH_CODE.match(text)
    if with_code is None:
        return text
    sentence, code = with_code.groups()
    # `There is no such address (5.1.1).`: the code stands within the sentence.
    whole = f"{sentence}."
    known = _(whole)
    if known != whole:
        return f"{known.removesuffix('.')}{code}."
    known = _(sentence)
    return known + code if known != sentence else text
