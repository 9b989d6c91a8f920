"""What is said in sounds and videos is found by its words, at its second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from models.errors import ModelError
from models.speech.load import installed, model_folder
from service import schemas
from service.hub import Hub
from service.settings import Settings

av = pytest.importorskip("av", reason="needs the extra `video`")

needs_speech = pytest.mark.skipif(not installed(), reason="needs the extra `speech`")


def _tone(path: Path) -> Path:
    """Six seconds of a chord, which nobody speaks over."""
    rate = 16_000
    seconds = np.arange(6 * rate) / rate
    chord = sum(np.sin(2 * np.pi * pitch * seconds) for pitch in (220, 277, 330)) * 6_000
    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(chord.astype(np.int16)[None], "s16", "mono")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def speech(shared_data: Path) -> Path:
    return shared_data / "speech" / "whisper__jfk.flac"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, speech: Path) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("sounds")
    with Hub(Settings(home=tmp_path_factory.mktemp("home"), offline=True)) as opened:
        job = opened.ingest([speech, _tone(folder / "chord.wav")])
        assert (job.later_total, job.later_done) == (2, 2)
        yield opened


@needs_speech
@pytest.mark.data
def test_words_that_are_said_are_found_at_their_second(hub: Hub) -> None:
    hit = hub.search(schemas.SearchRequest(words="ask what your country can do for you")).hits[0]
    assert hit.asset.name == "whisper__jfk.flac"
    reason = hit.reasons[0]
    assert reason.text == "These words are said at 0:00"
    assert "country" in (reason.snippet or "")
    assert reason.end_s == pytest.approx(11.0, abs=1.0)


@needs_speech
@pytest.mark.data
def test_the_transcript_names_its_model_and_how_sure_it_is(hub: Hub) -> None:
    found = next(each for each in hub.assets().assets if each.name.endswith(".flac"))
    (line,) = hub.desk.media.timeline(found.id).transcript
    assert line.model == "whisper-tiny.en"
    assert 0.4 < (line.confidence or 0) <= 1


@needs_speech
@pytest.mark.data
def test_music_says_nothing(hub: Hub) -> None:
    chord = next(each for each in hub.assets().assets if each.name == "chord.wav")
    timeline = hub.desk.media.timeline(chord.id)
    assert (timeline.transcript, timeline.remarks) == ([], [])


def test_switched_off_the_sound_is_found_by_its_name(tmp_path: Path) -> None:
    with Hub(Settings(home=tmp_path / "home", speech="off")) as hub:
        job = hub.ingest([_tone(tmp_path / "chord.wav")])
        assert job.later_total == 0
        assert hub.search(schemas.SearchRequest(words="chord")).hits


@needs_speech
def test_a_model_that_cannot_be_fetched_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="could not be fetched; download it elsewhere"):
        model_folder("no-such/model")
