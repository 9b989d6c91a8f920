"""PP-OCR on ONNX Runtime: find lines, decide which way the page lies, read line by line."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from models.descriptor import ModelDescriptor
from models.ocr import crops, detect
from models.ocr.base import Corner, Line, Pixels
from models.ocr.crops import Place
from models.ocr.ctc import Reading, decode
from models.ocr.detect import Quad
from models.runtime import Session
from models.weights import verify

LINE_HEIGHT = 48
"""Height in pixels of the lines that the recogniser was trained on."""

LONGEST_SIDE = 1216
"""Longest side in pixels of what the detector sees: enough for 8-point print on a page.

Lines are cut from the picture as it came, so that nothing is lost for reading.
"""

_LEAST_SIDE = 736
_MOST_ENLARGED = 3
_MOST_LINE_WIDTH = 3_200
_INPUT, _OUTPUT = "x", "fetch_name_0"
_LEAST_CONFIDENCE = 0.6
_SAMPLE = 5
_SURE = 0.9


class PpOcrEngine:
    """Reads text with a detector and a recogniser (see ``models.ocr.descriptor``).

    Lines are recognised one by one, as many at a time as there are threads. Batches would
    have to be padded to their longest line, which costs more on a CPU than they save.

    Args:
        descriptor: with the files ``detector`` and ``recogniser``.
        threads: cores that it may use; 0 means all.

    Raises:
        WeightsError: a file is missing or changed.
    """

    def __init__(self, descriptor: ModelDescriptor, threads: int) -> None:
        import cv2

        # Its own threads would come on top of those of the networks.
        cv2.setNumThreads(1)
        self.descriptor = descriptor
        self.name = f"{descriptor.name} {descriptor.revision}"
        paths = verify(descriptor)
        self._detector = Session(paths["detector"], threads, keep_buffers=False)
        self._recogniser = Session(paths["recogniser"], 1, keep_buffers=False)
        self._threads = ThreadPoolExecutor(
            threads or os.cpu_count() or 1, thread_name_prefix="magpie-ocr"
        )
        self._one_picture = threading.Lock()
        self._characters: tuple[str, ...] = ()

    def recognise(self, pixels: Pixels) -> tuple[Line, ...]:
        """See ``OcrEngine.recognise``."""
        with self._one_picture:
            quads = self._find(pixels)
            read = self._read_page(pixels, quads) if quads else []
        height, width = pixels.shape[:2]
        return tuple(
            Line(reading.text, _corners(place.quad, width, height), reading.confidence)
            for place, reading in read
            if reading.text and reading.confidence >= _LEAST_CONFIDENCE
        )

    def close(self) -> None:
        """End the threads and let go of the networks."""
        self._threads.shutdown()
        for session in (self._detector, self._recogniser):
            session.unload_if_idle(0)

    def _find(self, pixels: Pixels) -> list[Quad]:
        longest = max(pixels.shape[:2])
        side = min(LONGEST_SIDE, max(longest, min(_LEAST_SIDE, _MOST_ENLARGED * longest)))
        frame = detect.frame(pixels, side)
        (probability,) = self._detector.run([_OUTPUT], {_INPUT: frame.input})
        return detect.quads(probability[0, 0], frame.scale)

    def _read_page(self, pixels: Pixels, quads: list[Quad]) -> list[tuple[Place, Reading]]:
        """Read all lines, the page turned the way in which its longest lines read best."""
        quarters = 1 if crops.lies_on_its_side(quads) else 0
        places = crops.places(quads, quarters)
        longest = sorted(range(len(places)), key=lambda at: -crops.size(places[at].quad)[0])
        sample = longest[:_SAMPLE]
        upright = self._read_all(pixels, [places[at] for at in sample])
        if _mean_confidence(upright) < _SURE:
            turned = self._read_all(pixels, [crops.half_turn(places[at]) for at in sample])
            if _mean_confidence(turned) > _mean_confidence(upright):
                places, upright = crops.places(quads, quarters + 2), turned
        known = dict(zip(sample, upright, strict=True))
        others = [at for at in range(len(places)) if at not in known]
        known |= zip(others, self._read_all(pixels, [places[at] for at in others]), strict=True)
        return [known[at] for at in range(len(places))]

    def _read_all(self, pixels: Pixels, places: list[Place]) -> list[tuple[Place, Reading]]:
        return list(self._threads.map(lambda place: self._read_place(pixels, place), places))

    def _read_place(self, pixels: Pixels, place: Place) -> tuple[Place, Reading]:
        reading = self._read(crops.cut(pixels, place.quad))
        if not place.sideways:
            return place, reading
        turned = crops.half_turn(place)
        other = self._read(crops.cut(pixels, turned.quad))
        return (turned, other) if other.confidence > reading.confidence else (place, reading)

    def _read(self, line: Pixels) -> Reading:
        import cv2

        height, width = line.shape[:2]
        wide = max(LINE_HEIGHT // 3, min(_MOST_LINE_WIDTH, -(-LINE_HEIGHT * width // height)))
        resized = cv2.resize(line, (wide, LINE_HEIGHT), interpolation=cv2.INTER_LINEAR)
        seen = detect.as_input(np.asarray(resized, dtype=np.uint8))
        (probabilities,) = self._recogniser.run([_OUTPUT], {_INPUT: seen})
        return decode(probabilities[0], self._alphabet())

    def _alphabet(self) -> tuple[str, ...]:
        """Characters by class, as the network's file lists them."""
        if not self._characters:
            listed = self._recogniser.note("character").splitlines()
            self._characters = ("", *listed, " ")
        return self._characters


def _mean_confidence(read: list[tuple[Place, Reading]]) -> float:
    return float(np.mean([reading.confidence for _, reading in read]))


def _corners(quad: Quad, width: int, height: int) -> tuple[Corner, Corner, Corner, Corner]:
    within = (quad / np.array([width, height])).clip(0.0, 1.0)
    first, second, third, fourth = ((float(x), float(y)) for x, y in within)
    return first, second, third, fourth
