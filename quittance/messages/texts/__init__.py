"""What clients read: one fixed text per notification type, channel and language, or the business's own words."""

from quittance.messages.texts.own import OwnText
from quittance.messages.texts.render import MessageFacts, RenderedText, kind_of, language_of, render

__all__ = ["MessageFacts", "OwnText", "RenderedText", "kind_of", "language_of", "render"]
