"""What can be asked of trainees. Nothing here writes."""
