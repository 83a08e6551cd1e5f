"""How long a test may wait: a limit for what hangs, never a measure of speed."""

import os

LONG = int(os.environ.get("PATA_PATIENCE", "600"))  # seconds, for a machine that is busy
