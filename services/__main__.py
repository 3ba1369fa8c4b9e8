"""`python -m services [names] [--role all|api|worker]`: the whole product in one process, or a part of it."""

import gc

# Importing makes half a million objects that all stay. Walking through them again and again costs a quarter of the start;
# the collector wakes up when everything is open (services/composition/process.py).
gc.disable()

from services.composition.process import main  # noqa: E402 - that is the point

if __name__ == "__main__":
    raise SystemExit(main())
