"""What we hand out on paper or as a file: receipts, QR codes, calendar files. Pure: no Django, no clock."""
