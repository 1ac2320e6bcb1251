"""Say what the server asks of the process that reads files, and what it hears; both travel as MessagePack."""

from typing import Literal

from msgspec import Struct


class Laid(Struct, frozen=True):
    """A grid in force: its code, and its ground as WKB in WGS 84."""

    code: str
    wkb: bytes


class Wish(Struct, frozen=True):
    """How a person wants the file read, and what for; `standing` and the rest say what its grids are laid beside."""

    crs: str
    columns: dict[str, str]
    agreed: list[str]
    tenant: str
    communities: list[str]
    standing: list[Laid]
    used_codes: list[str]


class Asked(Struct, frozen=True):
    """Look into a file, or with a wish survey it; without a layer the first, without an encoding the likeliest."""

    name: str
    layer: str | None = None
    encoding: Literal["utf-8", "gb18030"] | None = None
    wish: Wish | None = None


class Field(Struct, frozen=True):
    """A column of the file, with a few of its values."""

    name: str
    samples: list[str]


class Look(Struct, frozen=True):
    """What a file holds.

    `declares` is the reference system that the file names; `crs` ours, where its name leaves no doubt.
    `columns` guesses which field is the code, the name and the kind.
    """

    layers: list[str]
    layer: str
    features: int
    fields: list[Field]
    columns: dict[str, str]
    declares: str | None
    crs: str | None
    encoding: str
    encoding_said_by: str


class Surveyed(Struct, frozen=True):
    """A grid that can come into force: WKB and GeoJSON text, WGS 84."""

    code: str
    name: str
    kind: str
    wkb: bytes
    geometry: str


class Found(Struct, frozen=True):
    """What bringing the file's grids into force would mean; `preview` is GeoJSON text, drawn coarsely."""

    report: dict[str, object]
    preview: str
    grids: list[Surveyed]


class Answer(Struct, frozen=True):
    """What came of it; `refused` says in Chinese and English why nothing did."""

    look: Look | None = None
    found: Found | None = None
    refused: tuple[str, str] | None = None


class Progress(Struct, frozen=True):
    """How far a survey or an import has come."""

    stage: Literal["waiting", "unpacking", "reading", "checking", "importing", "done"] = "waiting"
    done: int = 0
    of: int = 0
