"""The event log behind a port: an embedded one for one machine, Kafka for production."""
