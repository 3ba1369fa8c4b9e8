"""Floors: the least work that any correct program must do, written as well as we can write it."""
