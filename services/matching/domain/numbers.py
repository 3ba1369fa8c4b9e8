"""NumPy, loaded when the first number is asked for: it would be the largest thing that the start of a process waits for.

Who imports `np` from here postpones annotations (`from __future__ import annotations`): they would ask for it at once.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:

    class _Later:
        def __getattr__(self, name: str) -> Any:
            import numpy  # noqa: ICN001 - what this module puts off

            value = getattr(numpy, name)
            setattr(self, name, value)
            return value

    np, NDArray = _Later(), None

__all__ = ["NDArray", "np"]
