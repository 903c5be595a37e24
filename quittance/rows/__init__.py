"""What the rows of every app share: encrypted columns, append-only tables, locked work with retries."""
