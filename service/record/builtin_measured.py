"""Built-in fields that are measured in the pixels of pictures; people may correct some."""

from __future__ import annotations

from service.record.field import Field

MEASURED = (
    Field(
        name="colours",
        label="Colours",
        type="texts",
        world="asset",
        help="The colours that there is most of, the most first; of the thing shown where it "
        "stands before a plain background.",
        aliases=("colour", "color", "colors"),
    ),
    Field(
        name="colour_codes",
        label="Colour codes",
        type="texts",
        world="asset",
        writable=False,
        help="A typical shade of each of the colours, as #rrggbb, in the same order.",
        aliases=("hex",),
    ),
    Field(
        name="sharpness",
        label="Sharpness",
        type="number",
        world="asset",
        writable=False,
        help="0 for nothing but soft edges, 1 for sharp ones.",
        minimum=0,
        maximum=1,
    ),
    Field(
        name="brightness",
        label="Brightness",
        type="number",
        world="asset",
        writable=False,
        help="Mean brightness, 0 for black, 1 for white.",
        minimum=0,
        maximum=1,
    ),
    Field(
        name="exposure",
        label="Exposure",
        type="choice",
        world="asset",
        help="Whether the picture is dark, even or bright.",
        vocabulary=("dark", "even", "bright"),
    ),
    Field(
        name="has_text",
        label="Holds text",
        type="boolean",
        world="asset",
        help="Whether it looks as if words were to be seen.",
    ),
    Field(
        name="kind_of_picture",
        label="Kind of picture",
        type="choice",
        world="asset",
        help="Photo, graphic, screenshot, or a picture of a document.",
        aliases=("picture kind",),
        vocabulary=("photo", "graphic", "screenshot", "document"),
    ),
    Field(
        name="people_count",
        label="People",
        type="integer",
        world="asset",
        help="An estimate of how many people are to be seen; 3 stands for three or more.",
        aliases=("number of people",),
        minimum=0,
    ),
)
