"""The process that builds graphs: ``python -m service.index.edge_optimise``.

Standard input brings one pickled ``(folder, schema)``. On Linux the process dies with the
thread that started it, wherever it is: the library lets no Python code look.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys

from service.index.lock import acquire

_LOCK_PATIENCE_S = 3.0
_NICENESS = 5
_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Optimise one folder."""
    folder, schema = pickle.load(sys.stdin.buffer)  # noqa: S301 - sent by our parent
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # Searches go on meanwhile, in another process, and come first.
    os.nice(_NICENESS)
    acquire(folder, _LOCK_PATIENCE_S)
    from service.index.edge_shard import build_graphs

    build_graphs(folder, schema)
    return 0


if __name__ == "__main__":
    sys.exit(main())
