"""What is read of a file once, when it is stored: its text, prints of its images, the story of its
making. Pure.

Traits quote the file, so they are kept encrypted like the file itself.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ImagePrint:
    """Perceptual hashes of one page-sized image, in hex: of the whole, and of a grid of tiles by rows.

    A tile without anything on it is an empty text.
    """

    page: int
    whole: str
    tiles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """How a file came to be, by its own structure. Times are ISO text in the file's own zone, or empty.

    edits: what a PDF's later sections replaced or added (`content`, `font`, `image`, `page`, `overlay`);
    edits_after_signature: the same of sections that no signature covers, in a signed file.
    covered: texts that lie under an opaque patch with another text on top. odd_fonts: subsets of a font used
    for a few figures on a page that has another subset of the same font.
    """

    software: str = ""
    made_at: str = ""
    changed_at: str = ""
    sections: int = 1
    signed: bool = False
    edits: tuple[str, ...] = ()
    edits_after_signature: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    odd_fonts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Everything the radar knows of a file's content. readable: false when no reader opened it.

    codes: what the QR codes on its pages say; pages: how many it has, none of sheets and texts.
    """

    text: str = ""
    images: tuple[ImagePrint, ...] = ()
    story: Story = Story()
    readable: bool = True
    codes: tuple[str, ...] = ()
    pages: int = 0

    def as_json(self) -> dict[str, Any]:
        """A JSON object; `traits_from` reads it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A stored document with where it belongs. stated: dates its uploader gave, by name; tenant: a schema.

    laboratory: who tested, as its uploader says; empty for other documents.
    """

    id: str
    tenant: str
    kind: str
    plant: str
    period: str
    stream: str
    title: str
    stated: Mapping[str, date]
    traits: Traits
    laboratory: str = ""


def traits_from(told: Mapping[str, Any]) -> Traits:
    """Traits of the JSON object that `as_json` gave."""
    images = tuple(ImagePrint(one["page"], one["whole"], tuple(one["tiles"])) for one in told["images"])
    story: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in told["story"].items()
    }
    return Traits(
        text=told["text"],
        images=images,
        story=Story(**story),
        readable=told["readable"],
        # What was read before codes were looked for has none.
        codes=tuple(told.get("codes", ())),
        pages=told.get("pages", 0),
    )
