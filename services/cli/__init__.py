"""`hustar`: what an operator does from a terminal."""

from services.cli.app import main

__all__ = ["main"]
