"""Keeps copies of an installation and puts them back: a consistent set, checked, whole or not at all."""
