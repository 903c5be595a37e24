"""WhatsApp's Cloud API, imitated."""
