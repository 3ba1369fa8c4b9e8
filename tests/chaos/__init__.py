"""Real processes, killed at random under load: what was acknowledged is there, and every figure agrees."""
