"""Rounds: a frozen input, a stable outcome, its proof and the reasons for it. Advice: a person publishes it."""
