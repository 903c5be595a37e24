"""What clients read: one fixed text per notification type, channel and language."""

from quittance.messages.texts.render import MessageFacts, RenderedText, render

__all__ = ["MessageFacts", "RenderedText", "render"]
