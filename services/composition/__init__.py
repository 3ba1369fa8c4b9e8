"""Puts the services together: into one process or several, under one origin, with their workers."""
