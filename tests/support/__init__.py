"""Real parts for the tests: PostgreSQL, Valkey, an SMTP listener, a browser, the application."""
