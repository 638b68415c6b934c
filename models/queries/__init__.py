"""The few hot statements, each in a file of its own."""
