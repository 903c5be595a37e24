"""Email through a mail service: Postmark, SendGrid, Mailgun or Brevo."""
