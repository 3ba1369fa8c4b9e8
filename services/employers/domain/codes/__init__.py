"""Codes that are given by others: regions and industries, each as a table beside its rules."""
