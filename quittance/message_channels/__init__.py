"""Ways to reach a client (email by SMTP, SMS by Twilio): pure translators behind one port."""
