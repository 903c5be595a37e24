"""Django's SQLite backend, where whoever wants to write is let in in the order of asking."""
