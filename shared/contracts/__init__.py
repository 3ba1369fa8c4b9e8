"""The published language: one file of events per producing service."""
