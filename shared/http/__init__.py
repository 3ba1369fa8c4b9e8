"""The HTTP kernel: what every route of every service has in common."""
