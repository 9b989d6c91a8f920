"""Models that stand in a home: chosen by settings, listed, and refused by licence."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import registry
from models.errors import LicenceError, UnknownModelError
from service.doctor import examine
from service.encoders import Encoders
from service.hub import Hub
from service.known_models import known_models
from service.settings import Settings
from service.tags.schemas import TagRequest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a head that its owner trained: a copy of ours under another name."""
    folder = tmp_path / "models" / "our-photos"
    folder.mkdir(parents=True)
    weights = Path(registry.__file__).parent / "weights"
    for file in weights.glob(f"{registry.VISUAL_DEFAULT}*"):
        if file.name.endswith(".model.json"):
            text = file.read_text().replace(
                '"name": "magpie-lite2-alignment"', '"name": "our-photos"'
            )
            (folder / "our-photos.model.json").write_text(text)
        else:
            (folder / file.name).write_bytes(file.read_bytes())
    return tmp_path


def test_a_model_in_the_home_answers_when_settings_name_it(home: Path) -> None:
    encoders = Encoders(Settings(home=home, visual_model="our-photos"))
    assert encoders.visual().encode_query(["a cat"]).shape == (1, 640)
    assert encoders.fit.side == 260
    assert encoders.calibration.fitted


def test_a_model_in_the_home_is_listed(home: Path) -> None:
    settings = Settings(home=home, licence_policy="commercial")
    known = {each.name: each for each in known_models(settings, frozenset({"our-photos"}))}
    ours = known["our-photos"]
    assert (ours.task, ours.installed, ours.in_use, ours.permitted) == ("visual", True, True, False)
    assert ours.size > 20_000_000
    next((home / "models" / "our-photos").glob("*.query.onnx")).unlink()
    (left,) = [each for each in known_models(settings, frozenset()) if each.name == "our-photos"]
    assert not left.installed


def test_a_model_that_is_half_written_is_not_there(home: Path) -> None:
    (home / "models" / "our-photos").rename(home / "models" / ".our-photos.partial")
    with pytest.raises(UnknownModelError, match="our-photos"):
        Encoders(Settings(home=home, visual_model="our-photos"))


def test_terms_hold_for_models_of_the_owner_too(home: Path) -> None:
    with pytest.raises(LicenceError, match="magpie models add"):
        Encoders(Settings(home=home, visual_model="our-photos", licence_policy="commercial"))


def test_a_model_that_nobody_fitted_to_terms_is_said_to_give_few_tags(home: Path) -> None:
    told = {each.check: each.detail for each in examine(Settings(home=home))}
    assert "tags" not in told
    settings = Settings(home=home, visual_model="our-photos", ocr="off", readers=1)
    told = {each.check: each.detail for each in examine(settings)}
    assert "magpie tags learn" in told["tags"]
    with Hub(settings, work=False) as hub:
        done = list(hub.desk.tags.tag(TagRequest()))[-1]
    assert done.finished
    assert "our-photos" in done.remark
