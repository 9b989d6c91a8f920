"""torchvision can be imported whether or not its compiled half loads beside this torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.torch
def test_torchvision_imports_and_nothing_is_loaded_before() -> None:
    pytest.importorskip("torch", reason="needs the extra `torch`")
    code = """
import sys
from models import torchvision_fix
torchvision_fix.install()
torchvision_fix.install()
assert "torch" not in sys.modules and "torchvision" not in sys.modules
assert sum(type(each).__name__ == "_Mender" for each in sys.meta_path) == 1
import torchvision.transforms.functional
assert not any(type(each).__name__ == "_Mender" for each in sys.meta_path)
torchvision_fix.install()
print(torchvision.__version__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
