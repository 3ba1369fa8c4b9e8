"""What can be done in trainees: one function per use case, and the only place that emits."""
