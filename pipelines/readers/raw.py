"""Camera raw: by the preview that the camera saved, else developed by LibRaw.

Most cameras save a preview of full size.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator

from PIL import Image

from pipelines.analysis import Analysis, Unit
from pipelines.metadata.of_raw import metadata_of_raw, sensor_size
from pipelines.pictures import THUMBNAIL_SIDE, make_picture
from pipelines.raw_types import DNG, OTHER, TIFF_BASED
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.embedded_jpegs import largest_jpeg
from pipelines.readers.raster import finish

_OTHERS = frozenset(
    {
        "image/x-canon-cr3",
        "image/x-canon-crw",
        "image/x-fuji-raf",
        "image/x-minolta-mrw",
        "image/x-olympus-orf",
        "image/x-panasonic-rw2",
        "image/x-phaseone-iiq",
        "image/x-sigma-x3f",
    }
)
MEDIA_TYPES = _OTHERS | {DNG, OTHER, *TIFF_BASED.values()}

_SHAPE_TOLERANCE = 0.05
_NEEDS_RAWPY = (
    "The raw photo holds no preview, and developing it needs the package rawpy: install "
    "magpie-content[images] and read the file again."
)


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: the photo as unit ``image``, its size and its metadata."""
    with (
        file.path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        preview = largest_jpeg(data, file.limits.pixels)
        metadata = metadata_of_raw(data, preview.info if preview else {})
        size = sensor_size(data)
        image = preview.decode() if preview else None
    orientation = metadata.orientation
    if image is None or preview is None or max(preview.size) < THUMBNAIL_SIDE:
        try:
            image = _developed(file)
        except Unreadable:
            if image is None:
                yield Analysis("image", file.media_type, values=metadata.values)
                raise
        else:
            # LibRaw turns it upright, and gives it half its size.
            preview, orientation = None, 1
            size = (image.width * 2, image.height * 2)
    original = preview.size if preview else image.size
    stored = size if size is not None and _same_shape(size, original) else original
    upright, shown, warnings = finish(image, stored, orientation)
    yield Analysis(
        kind="image",
        media_type=file.media_type,
        width=shown[0],
        height=shown[1],
        values=metadata.values,
        units=(Unit(key="image", kind="image", picture=make_picture(upright, shown)),),
        warnings=(*metadata.warnings, *warnings),
    )


def _same_shape(size: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether one is the other at another scale; previews of another shape are cropped."""
    return abs(size[0] * other[1] / (size[1] * other[0]) - 1) < _SHAPE_TOLERANCE


def _developed(file: InputFile) -> Image.Image:
    """The photo from the sensor's data at half its size, which needs no interpolation.

    Raises:
        Unreadable: LibRaw is not installed, does not know the camera, or the photo is damaged.
    """
    try:
        import rawpy
    except ModuleNotFoundError as error:
        raise Unreadable("unsupported", _NEEDS_RAWPY) from error
    try:
        with rawpy.imread(str(file.path)) as raw:
            if raw.sizes.raw_width * raw.sizes.raw_height > file.limits.pixels:
                raise Unreadable("too_large", "The raw photo has more pixels than are allowed.")
            return Image.fromarray(raw.postprocess(half_size=True, use_camera_wb=True))
    except rawpy.LibRawFileUnsupportedError as error:
        raise Unreadable(
            "unsupported", "The raw format of this camera is not known; save a DNG or JPEG copy."
        ) from error
    except rawpy.LibRawError as error:
        raise Unreadable(
            "corrupt", "The raw photo is damaged and cannot be developed; upload a sound copy."
        ) from error
