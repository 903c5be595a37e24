"""Pages for people: the hosted payment page, the phone, the trouble panel."""
