"""A push whose envelope, names, ids or size are nonsense gets a clear answer and changes nothing."""

import json
import tracemalloc
from typing import Any

import httpx
import pytest

from backend.ids import new_id
from tests.backend.hazards.conftest import World
from tests.backend.places import ground
from tests.backend.sync.phone import fixed
from tests.cast import HEPING, signed_in
from tests.hostile.forms import GOOD_TEXT, NEVER_TEXT
from tests.hostile.pushing import JSON, envelope, is_clear, push, sent

INSTANTS = ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00",
            "1970-01-01T00:00:00Z"]  # fmt: skip


@pytest.fixture
async def lan(app: Any, world: World) -> Any:
    async with signed_in(app, "lan") as client:
        yield client


@pytest.fixture
async def dai(app: Any, world: World) -> Any:
    async with signed_in(app, "dai") as client:
        yield client


def a_door(**changed: Any) -> str:
    return json.dumps(fixed(ground.a_door(room="907", **changed)))


async def answer_to(client: httpx.AsyncClient, body: bytes) -> httpx.Response:
    return await client.post("/api/sync/push", content=body, headers=JSON)


@pytest.mark.parametrize("name", ["", "x", "report hazard", "__class__", "push", "函数", "DROP", *NEVER_TEXT.values()])
async def test_an_unknown_name_is_refused_in_words(lan: Any, unchanged: Any, name: str) -> None:
    before = await unchanged()

    answer = await answer_to(lan, envelope(lan, [sent(name, a_door())]))

    problem = answer.json()["receipts"][0]["problem"] if answer.status_code == 200 else answer.json()
    assert is_clear(problem)
    assert await unchanged() == before


async def test_the_same_id_with_another_body_is_refused_and_the_first_receipt_stands(lan: Any, unchanged: Any) -> None:
    one = new_id()
    first = await answer_to(lan, envelope(lan, [sent("register_household", a_door(), id=str(one))]))
    before = await unchanged()

    bodies = [a_door(), "{}", "[" * 100 + "]" * 100, '"\\ud800"', json.dumps({"名": "\u202e"})]
    for body in bodies:
        answer = await answer_to(lan, envelope(lan, [sent("register_household", body, id=str(one))]))
        (receipt,) = answer.json()["receipts"]
        assert (receipt["outcome"], receipt["problem"]["type"]) == ("refused", "/problems/id-reused")
    again = await answer_to(lan, envelope(lan, [sent("mark_needs_help", "{}", id=str(one))]))

    assert first.json()["receipts"][0]["outcome"] == "applied"
    assert again.json()["receipts"][0]["problem"]["type"] == "/problems/id-reused"
    assert await unchanged() == before


@pytest.mark.parametrize("instant", INSTANTS)
async def test_a_clock_that_is_centuries_off_fails_nothing(lan: Any, instant: str) -> None:
    one, other = sent("register_household", a_door(), at=instant), sent("register_household", a_door())

    answers = [
        await answer_to(lan, envelope(lan, [one])),
        await answer_to(lan, envelope(lan, [other], sent_at=instant)),
        await answer_to(lan, envelope(lan, [sent("x", "{}", at=instant)], sent_at=instant)),
    ]

    for answer in answers:
        assert answer.status_code in (200, 400), answer.text
        if answer.status_code == 400:
            assert is_clear(answer.json())
            continue
        (receipt,) = answer.json()["receipts"]
        assert receipt["outcome"] == "applied" or is_clear(receipt["problem"])


@pytest.mark.parametrize(
    "text", [*NEVER_TEXT.values(), *GOOD_TEXT.values(), "很" * 300_000], ids=lambda text: ascii(text)[:20]
)
async def test_any_text_in_the_envelope_is_answered_in_words(lan: Any, unchanged: Any, text: str) -> None:
    before = await unchanged()
    for changed in ({"rulebook": text}, {"device": text}, {"sent_at": text}, {text: 1}):
        answer = await answer_to(lan, envelope(lan, [sent("register_household", a_door())], **changed))

        assert answer.status_code in (400, 409), answer.text
        assert is_clear(answer.json())
    assert await unchanged() == before


async def test_ten_thousand_mutations_are_refused_as_a_whole(lan: Any, unchanged: Any) -> None:
    before = await unchanged()

    few = envelope(
        lan, [f'{{"id":"{new_id()}","number":1,"name":"x","at":"2026-03-02T00:00:00Z","args":{{}}}}'] * 10_000
    )
    many = await answer_to(lan, few)
    large = await answer_to(lan, envelope(lan, [sent("register_household", a_door(), n) for n in range(1, 10_001)]))

    assert (many.status_code, large.status_code) == (400, 413)
    assert is_clear(many.json())
    assert is_clear(large.json())
    assert await unchanged() == before


@pytest.mark.parametrize("path", ["/api/sync/push", "/api/grids/check", "/api/session", "/api/enrolments/redeem"])
async def test_fifty_megabytes_of_json_are_refused_and_never_held(lan: Any, unchanged: Any, path: str) -> None:
    before, sent_bytes = await unchanged(), 0

    async def stream() -> Any:
        nonlocal sent_bytes
        yield b'{"device":['
        for _ in range(800):
            sent_bytes += 65_536
            yield b" " * 65_536

    tracemalloc.start()
    answer = await lan.post(path, content=stream(), headers=JSON)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.status_code == 413
    assert is_clear(answer.json())
    assert peak_bytes < 12_000_000
    assert await unchanged() == before


BOW_TIE = [[109.40, 24.30], [109.402, 24.302], [109.402, 24.30], [109.40, 24.302], [109.40, 24.30]]
RINGS = {
    "crossing itself": BOW_TIE,
    "open": BOW_TIE[:4],
    "two points": [[109.4, 24.3], [109.4, 24.3]],
    "no points": [],
    "of no area": [[109.4, 24.3], [109.41, 24.3], [109.42, 24.3], [109.4, 24.3]],
    "beyond the earth": [[190, 24.3], [190.1, 24.3], [190.1, 24.4], [190, 24.3]],
    "latitude first": [[24.3, 109.4], [24.3, 109.5], [24.4, 109.5], [24.3, 109.4]],
    "in metres": [[371_000, 2_690_000], [372_000, 2_690_000], [372_000, 2_691_000], [371_000, 2_690_000]],
    "texts": [["109.4", "24.3"]] * 4,
    "nulls": [[None, None]] * 4,
    "nested": [[[[109.4]]]],
    "one number": [109.4, 24.3],
    "of 40,000 points in a line": [[109.4 + n / 1e7, 24.3] for n in range(40_000)],
}
SQUARE = [[109.41, 24.3], [109.412, 24.3], [109.412, 24.302], [109.41, 24.302], [109.41, 24.3]]
GEOMETRIES: dict[str, Any] = {
    **{f"a ring {what}": {"type": "Polygon", "coordinates": [ring]} for what, ring in RINGS.items()},
    "a hole outside": {"type": "Polygon", "coordinates": [SQUARE, RINGS["latitude first"]]},
    "a point": {"type": "Point", "coordinates": [109.4, 24.3]},
    "nothing": None,
    "a list": [],
    "an unknown type": {"type": "Blob", "coordinates": []},
    "a collection": {"type": "GeometryCollection", "geometries": []},
    "no coordinates": {"type": "Polygon"},
}


def _drawn(geometry: Any, **properties: Any) -> str:
    known = {"code": f"{HEPING}009", "name": "第9网格", "kind": "basic"} | properties
    feature = {"type": "Feature", "properties": known, "geometry": geometry}
    return json.dumps(fixed(ground.an_import(features={"type": "FeatureCollection", "features": [feature]})))


@pytest.mark.parametrize("what", GEOMETRIES)
async def test_a_grid_of_nonsense_is_refused_with_a_report(dai: Any, unchanged: Any, what: str) -> None:
    before, body = await unchanged(), _drawn(GEOMETRIES[what])

    (receipt,) = await push(dai, "import_grids", [body])
    checked = await dai.post("/api/grids/check", content=body, headers=JSON)

    assert receipt["outcome"] == "refused"
    assert is_clear(receipt["problem"])
    assert checked.status_code in (200, 400), checked.text
    if checked.status_code == 200:
        assert checked.json()["is_clean"] is False
        assert all(fault["zh"] and fault["en"] for fault in checked.json()["faults"])
    assert await unchanged() == before


COLLECTION: dict[str, Any] = {"type": "FeatureCollection"}
DOCUMENTS: dict[str, Any] = {
    "nothing": {},
    "a list of nothing": COLLECTION | {"features": []},
    "no list": COLLECTION | {"features": {}},
    "nulls": COLLECTION | {"features": [None]},
    "another datum inside": COLLECTION
    | {"crs": {"type": "name", "properties": {"name": "EPSG:4490"}}, "features": [{}]},
    "a topology": {"type": "Topology", "objects": {}, "arcs": []},
    "ten thousand features": COLLECTION | {"features": [{}] * 10_000},
}


@pytest.mark.parametrize("what", DOCUMENTS)
async def test_a_file_that_is_no_collection_of_grids_is_refused(dai: Any, unchanged: Any, what: str) -> None:
    before, body = await unchanged(), json.dumps(fixed(ground.an_import(features=DOCUMENTS[what])))

    (receipt,) = await push(dai, "import_grids", [body])
    checked = await dai.post("/api/grids/check", content=body, headers=JSON)

    assert is_clear(receipt["problem"])
    assert checked.status_code == 200
    assert checked.json()["is_clean"] is False
    assert await unchanged() == before


REFUSED: dict[str, dict[str, Any]] = {
    "another datum": {"crs": "epsg:3857"},
    "a datum in capitals": {"crs": "WGS84"},
    "lat beyond the pole": {"lat": 90.1},
    "lon beyond the line": {"lon": -180.5},
    "a text": {"lon": "109.4"},
    "no accuracy": {"accuracy_m": -1},
}
FIXES = REFUSED | {
    "the other side of the earth": {"lon": -70.6, "lat": -24.3},
    "swapped": {"lon": 24.3, "lat": 89.4},
    "the null island": {"lon": 0, "lat": 0},
    "the pole in gcj02": {"lon": 180, "lat": 90, "crs": "gcj02"},
    "an accuracy of a country": {"accuracy_m": 1_000_000},
}


@pytest.mark.parametrize("what", FIXES)
async def test_a_hazard_at_an_odd_position_is_refused_or_waits_in_the_subdistrict(
    lan: Any, world: World, what: str
) -> None:
    report = fixed(world.found(place_kind="none", place_id=None, category="public_area", hazard_id=new_id()))
    report["fix"] |= FIXES[what]

    (receipt,) = await push(lan, "report_hazard", [json.dumps(report)])

    assert receipt["outcome"] == "applied" or is_clear(receipt["problem"])
    assert what not in REFUSED or receipt["outcome"] == "refused"


async def test_what_is_well_formed_goes_on_beside_nonsense(lan: Any) -> None:
    good = [sent("register_household", a_door(unit=f"{n}单元"), n) for n in (1, 2)]
    bad = [sent("register_household", '{"unit":"\\ud83d"}', 3), sent("nonsense", "null", 4)]

    answer = await answer_to(lan, envelope(lan, [good[0], *bad, good[1]]))

    outcomes = [receipt["outcome"] for receipt in answer.json()["receipts"]]
    assert outcomes == ["applied", "refused", "refused", "applied"]
