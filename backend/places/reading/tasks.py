"""Answer what the server asks of a file of grids: what it holds, and what its grids would be and bring."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import shapely

from backend.places.reading.containers import Source, Unreadable, unpack
from backend.places.reading.layers import LIMITS, Table, layer_names, read_table
from backend.places.reading.wire import Answer, Asked, Field, Found, Look, Progress, Surveyed, Wish
from backend.places.rules.faults import fault, of_feature
from backend.places.rules.grid_files import Standing, guessed_columns, survey_features, why_not_columns
from backend.places.rules.grids import DrawnGrid, Survey
from geo import geojson
from geo.errors import GeoError
from geo.geojson import Feature, Repair, sift
from geo.grids import Grid
from geo.systems import contradiction, hint, system_named

SAMPLES = 3
SAMPLE_LETTERS = 60
FAULTS_TOLD = 300
LAYERS_TOLD = 60
EVERY = 200
PREVIEW_STEPS = 1500
"""A preview is drawn to a 1500th of the width of it all."""


def answer(request: bytes, folder: Path) -> bytes:
    """Return an encoded Answer to an encoded Asked about `folder/upload`."""
    asked = msgspec.msgpack.decode(request, type=Asked)
    try:
        return msgspec.msgpack.encode(_answer(asked, folder))
    except GeoError as error:
        return msgspec.msgpack.encode(Answer(refused=(error.zh, error.en)))
    except MemoryError:
        return msgspec.msgpack.encode(Answer(refused=("文件需要的内存过大", "the file needs too much memory")))
    except Exception as error:  # noqa: BLE001  # GDAL's own errors are many, and all say the same to a person
        print(repr(error), file=sys.stderr)
        return msgspec.msgpack.encode(
            Answer(refused=("文件已损坏或格式不正确", "the file is damaged, or not of its format"))
        )


def _answer(asked: Asked, folder: Path) -> Answer:
    _tell(Progress("unpacking"))
    layers = _layers(unpack(folder / "upload", asked.name, folder))
    name = asked.layer or next(iter(layers))
    if name not in layers:
        raise Unreadable(f"the file has no layer {name[:60]}", f"文件里没有图层 {name[:60]}")
    _tell(Progress("reading"))
    table = read_table(*layers[name], asked.encoding)
    if asked.wish is None:
        return Answer(look=_look(list(layers), name, table))
    return Answer(found=_found(table, asked.wish))


def _layers(sources: Sequence[Source]) -> dict[str, tuple[Source, str]]:
    """Return, by the name that a person chooses, the file and the layer in it."""
    found: dict[str, tuple[Source, str]] = {}
    for source in sources:
        names = layer_names(source)
        for name in names:
            found[source.name if len(names) == 1 else f"{source.name}: {name}"] = (source, name)
    return dict(list(found.items())[:LAYERS_TOLD])


def _look(layers: list[str], name: str, table: Table) -> Look:
    held = {field: _samples(table.features, field) for field in table.fields}
    says = table.declares
    zone = says.zones[0] if says and says.zones else None
    return Look(
        layers=layers,
        layer=name,
        features=len(table.features),
        fields=[Field(field, [str(each)[:SAMPLE_LETTERS] for each in samples]) for field, samples in held.items()],
        columns=guessed_columns(held),
        declares=None if says is None else says.name,
        crs=None if zone is None else f"EPSG:{zone.epsg}",
        encoding=table.encoding,
        encoding_said_by=table.encoding_said_by,
    )


def _samples(features: Sequence[object], field: str) -> list[object]:
    values: list[object] = []
    for feature in features[:50]:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        value = properties.get(field) if isinstance(properties, dict) else None
        if value not in (None, "") and value not in values:
            values.append(value)
    return values[:SAMPLES]


def _found(table: Table, wish: Wish) -> Found:
    system = system_named(wish.crs)
    wrong = contradiction(system, table.declares)
    before = ([] if wrong is None else [fault("crs", *wrong)]) + why_not_columns(wish.columns, table.fields)
    if before:
        return _only_faults(before)
    repairs = {repair for repair in Repair if repair.value in wish.agreed}
    features, bad = sift(_told(table.features), system, accept=repairs, limits=LIMITS)
    if bad:
        odd = next((each.numbers for each in bad if each.numbers is not None), None)
        seems = [] if odd is None else _seems(*odd)
        return _only_faults(seems + [of_feature(each) for each in bad], features)
    _tell(Progress("checking", len(features), len(features)))
    standing = Standing(
        wish.tenant,
        frozenset(wish.communities),
        [Grid(each.code, shapely.from_wkb(each.wkb)) for each in wish.standing],  # type: ignore[arg-type]
        frozenset(wish.used_codes),
    )
    found = survey_features(features, wish.columns, standing, frozenset(wish.agreed))
    grids = [] if found.faults else [_surveyed(each) for each in found.grids]
    return Found(_report(found, features), _preview(features), grids)


def _seems(x: float, y: float) -> list[dict[str, object]]:
    guess = hint(x, y)
    if guess is None:
        return []
    return [fault("crs", f"坐标 ({x:.10g}, {y:.10g}): {guess[0]}", f"the position ({x:.10g}, {y:.10g}): {guess[1]}")]


def _told(features: Sequence[object]) -> Iterator[object]:
    """Yield the features, and tell how far one has come."""
    for number, feature in enumerate(features):
        if number % EVERY == 0:
            _tell(Progress("reading", number, len(features)))
        yield feature


def _tell(progress: Progress) -> None:
    print(msgspec.json.encode(progress).decode(), flush=True)


def _only_faults(faults: list[dict[str, object]], features: Sequence[Feature] = ()) -> Found:
    return Found(_report(Survey((), faults), features), _preview(features), [])


def _report(found: Survey, features: Iterable[Feature]) -> dict[str, object]:
    repaired = Counter(repair.value for feature in features for repair in feature.repaired)
    return {
        "is_clean": not found.faults,
        "grids": len(found.grids),
        "communities": dict(sorted(Counter(grid.code[:12] for grid in found.grids).items())),
        "faults": found.faults[:FAULTS_TOLD],
        "fault_count": len(found.faults),
        "agreeable": sorted({str(each["agree"]) for each in found.faults if each["agree"]}),
        "repaired": dict(sorted(repaired.items())),
        "notes": found.notes,
    }


def _surveyed(grid: DrawnGrid) -> Surveyed:
    drawn = msgspec.json.encode(geojson.geometry(grid.shape)).decode()
    return Surveyed(grid.code, grid.name, grid.kind.value, shapely.to_wkb(grid.shape), drawn)


def _preview(features: Sequence[Feature]) -> str:
    """Return the features as a FeatureCollection of what a screen can show, each by its number in the file."""
    if not features:
        return '{"type":"FeatureCollection","features":[]}'
    shapes = np.array([each.shape for each in features], dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    coarse = shapely.simplify(shapes, max(east - west, north - south) / PREVIEW_STEPS)
    drawn = [geojson.feature(shape, {"code": str(each.number)}) for each, shape in zip(features, coarse, strict=True)]
    return msgspec.json.encode(geojson.feature_collection(drawn)).decode()
