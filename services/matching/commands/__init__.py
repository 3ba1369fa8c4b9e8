"""What can be done in matching: the only place that emits."""
