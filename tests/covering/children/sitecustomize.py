"""Python reads this at the start of processes that a measured run of the tests starts: they are measured, too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3]))

from tests.covering.probing import Probing

Probing().begin()
