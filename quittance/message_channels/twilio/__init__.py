"""SMS through Twilio Messages."""
