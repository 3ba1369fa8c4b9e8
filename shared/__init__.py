"""What every service stands on: time, errors, settings, database, events, HTTP, identity. Never imports a service."""
