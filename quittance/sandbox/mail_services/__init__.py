"""Mail services, imitated: Postmark, SendGrid, Mailgun and Brevo, each by its own door."""
