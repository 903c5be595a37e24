"""Twilio Messages, imitated on the wire."""
