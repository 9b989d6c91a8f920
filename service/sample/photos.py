"""Photos that the package scikit-image carries, as a museum's people would have filed them.

The files are read from the installed package; nothing is downloaded and scikit-image itself
is not imported.
"""

from __future__ import annotations

import importlib.util
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from service.errors import MagpieError

_ARTIST, _COPYRIGHT, _ORIENTATION = 0x013B, 0x8298, 0x0112
_TURNED_RIGHT = 6
"""EXIF: the camera was held upright, the pixels are stored lying on their side."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo: where it comes from, where it is filed, and who made it (empty: not stated)."""

    source: str
    filed: str
    creator: str
    terms: str
    lying: bool = False

    def encoded(self) -> bytes:
        """The photo in the format of its file name, with its creator and terms embedded."""
        with Image.open(photo_file(self.source)) as opened:
            image = opened.copy()
        exif = Image.Exif()
        if self.creator:
            exif[_ARTIST] = self.creator
        exif[_COPYRIGHT] = self.terms
        if self.lying:
            image = image.transpose(Image.Transpose.ROTATE_90)
            exif[_ORIENTATION] = _TURNED_RIGHT
        buffer = io.BytesIO()
        if self.filed.endswith(".png"):
            image.save(buffer, "PNG", exif=exif)
        else:
            image.save(buffer, "JPEG", quality=93, exif=exif)
        return buffer.getvalue()


_CC0 = "CC0 1.0"
_PUBLIC = "Public domain"
_NONE_KNOWN = "No known copyright restrictions"
_MIDDLEBURY = "Middlebury stereo benchmark 2014 (Scharstein et al.)"
_RESEARCH = "Published for research by Middlebury College; no licence stated"

PHOTOS: tuple[Photo, ...] = (
    Photo("coffee.png", "Photos/Café/IMG_2041.jpg", "Rachel Michetti", _CC0),
    Photo("chelsea.png", "Photos/Café/IMG_2057.jpg", "Stefan van der Walt", _CC0),
    Photo("motorcycle_left.png", "Photos/Visit Kilkenny/DSC_0418.jpg", _MIDDLEBURY, _RESEARCH),
    Photo("motorcycle_right.png", "Photos/Visit Kilkenny/DSC_0419.jpg", _MIDDLEBURY, _RESEARCH),
    Photo("camera.png", "Photos/Staff/DSC_0377.jpg", "Lav Varshney", _CC0, lying=True),
    Photo("brick.png", "Photos/Courtyard/IMG_1988.jpg", "CC0Textures, Bricks25", _CC0),
    Photo("gravel.png", "Photos/Courtyard/IMG_1990.jpg", "CC0Textures, Gravel04", _CC0),
    Photo("grass.png", "Photos/Courtyard/IMG_1993.jpg", "linolafett", _CC0),
    Photo("astronaut.png", "Press/PR-0612.jpg", "NASA", _PUBLIC),
    Photo("rocket.jpg", "Press/PR-0631 launch site.jpg", "SpaceX", _PUBLIC),
    Photo("hubble_deep_field.jpg", "Press/PR-0640.jpg", "NASA, ESA and HubbleSite", _PUBLIC),
    Photo("moon.png", "Press/PR-0644.png", "", _NONE_KNOWN),
    Photo("coins.png", "Collection/NM-2025-017.jpg", "Brooklyn Museum", _NONE_KNOWN),
    Photo("retina.jpg", "Collection/NM-1998-203.jpg", "Mikael Häggström", _CC0),
    Photo(
        "ihc.png",
        "Collection/NM-1998-211.jpg",
        "Center for Microscopy and Molecular Imaging",
        _NONE_KNOWN,
    ),
    Photo("horse.png", "Brand/horse silhouette.png", "Andreas Preuss", _CC0),
)


def photo_file(source: str) -> Path:
    """Where the installed package keeps one of its photos.

    Raises:
        MagpieError: the package, or the photo, is not there.
    """
    package = importlib.util.find_spec("skimage")
    for folder in (package and package.submodule_search_locations) or ():
        file = Path(folder) / "data" / source
        if file.is_file():
            return file
    raise MagpieError(
        f"The sample photo {source} comes with the package scikit-image, which is not installed "
        "or is another version; run `make setup`, or `pip install 'magpie-content[sample]'`."
    )
