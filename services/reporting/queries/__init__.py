"""What can be asked of reporting. Nothing here writes."""
