"""What operators see: traces, structured logs and metrics, without personal data."""
