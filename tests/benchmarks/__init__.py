"""Benchmarks: what we do, beside the least that any correct program must do, in the same run on the same machine."""
