"""Wish to import a file into Heping, and ask what came of it."""

from pathlib import Path

import msgspec
import shapely

from backend.places.reading import Answer, Asked, Laid, Wish
from backend.places.reading.tasks import answer
from tests.backend.places.ground import square
from tests.cast import GRID_1, GRID_2, HEPING, TENANT

CHINESE = {"code": "网格编码", "name": "网格名称"}
CUT = {"code": "网格编", "name": "网格名"}
"""What ten bytes of UTF-8 leave of those names in a Shapefile."""
PLAIN = {"code": "code", "name": "name"}


def a_wish(crs: str = "wgs84", columns: dict[str, str] = PLAIN, *agreed: str, **changed) -> Wish:
    """Return the wish to import into Heping, beside its two grids."""
    standing = [Laid(code, shapely.to_wkb(square(at))) for at, code in enumerate((GRID_1, GRID_2))]
    wish = Wish(crs, columns, list(agreed), TENANT, [HEPING], standing, [GRID_1, GRID_2])
    return msgspec.structs.replace(wish, **changed)


def read_here(tmp_path: Path, content: bytes, name: str = "grids.geojson", wish: Wish | None = None) -> Answer:
    """Return the answer of the task itself, without its process: for files that need no GDAL."""
    (tmp_path / "upload").write_bytes(content)
    request = msgspec.msgpack.encode(Asked(name, wish=wish or a_wish()))
    return msgspec.msgpack.decode(answer(request, tmp_path), type=Answer)


def faults_of(found: Answer) -> list[tuple[str, int | None]]:
    """Return the kind and the feature of each fault; nothing faulty is ready to come into force."""
    assert found.found is not None, found.refused
    assert found.found.grids == [] or found.found.report["is_clean"]
    return [(each["kind"], each["feature"]) for each in found.found.report["faults"]]
