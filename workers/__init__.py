"""Processes beside the web: queue worker, relay, schedule, and the launcher that keeps them."""
