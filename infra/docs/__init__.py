"""Documentation that is generated from the code, and the programs that generate it."""
