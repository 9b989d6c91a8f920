"""Other people's programs that are measured beside ours, where they are installed."""

from __future__ import annotations

import importlib
import sys
from typing import Any


def imagededup_phash() -> Any:
    """The perceptual hash of imagededup, a method with ``encode_image`` and ``find_duplicates``.

    None, and a word about it, where imagededup is not installed.
    """
    from models import torchvision_fix

    torchvision_fix.install()
    try:
        methods = importlib.import_module("imagededup.methods")
    except ImportError:
        print("imagededup is not installed; its figures are left out.", file=sys.stderr)
        return None
    return methods.PHash(verbose=False)
