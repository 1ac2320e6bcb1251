"""Over HTTP a surveyor's file is brought, looked into, surveyed and imported by who may change the grids."""

import pytest

from backend.ids import new_id
from tests.backend.places import corpus
from tests.backend.places.ground import make_ground, square
from tests.backend.sync.phone import Phone
from tests.cast import HEPING, OTHER_TENANT, TENANT, make_cast, signed_in

CHINESE = {"code": "网格编码", "name": "网格名称"}
ASKED = {"crs": "cgcs2000", "columns": CHINESE, "effective_on": "2026-03-02"}


@pytest.fixture(scope="module")
def gbk() -> bytes:
    return corpus.shapefile(corpus.written("shp", encoding="GBK"), leave_out=[".cpg"])


@pytest.fixture
async def ground(app, frozen_clock):
    await make_cast()
    await make_ground()
    return app


async def bring(client, content: bytes, name: str = "和平.zip"):
    return await client.post("/api/grids/files", params={"name": name}, content=content)


async def test_a_file_is_looked_into_surveyed_and_imported(ground, gbk, database):
    async with signed_in(ground, "qin") as qin:
        brought = (await bring(qin, gbk)).json()
        file = f"/api/grids/files/{brought['file_id']}"
        as_utf8 = await qin.get(file, params={"encoding": "utf-8"})
        surveyed = (await qin.post(f"{file}/survey", json=ASKED)).json()
        progress = (await qin.get(f"/api/grids/progress/{brought['file_id']}")).json()
        receipt = await Phone(qin).did("import_grid_file", {"survey_id": surveyed["survey_id"]})
        again = await Phone(qin).did("import_grid_file", {"survey_id": surveyed["survey_id"]})

    assert (brought["look"]["encoding"], brought["look"]["columns"]) == ("GBK", CHINESE)
    assert (as_utf8.status_code, as_utf8.json()["reason_zh"]) == (422, "属性表不是 UTF-8 编码")
    assert surveyed["report"]["is_clean"], surveyed
    assert len(surveyed["preview"]["features"]) == 2
    assert progress["stage"] == "done"
    assert receipt["outcome"] == "applied", receipt
    assert again["problem"]["type"] == "/problems/survey-gone"
    assert await database.fetch_value("SELECT name FROM grid WHERE code = $1", f"{HEPING}003") == "和平三号网格"


async def test_a_file_of_another_subdistrict_is_not_there(ground, gbk):
    async with signed_in(ground, "dai") as dai, signed_in(ground, "ming") as ming:
        file_id = (await bring(dai, gbk)).json()["file_id"]
        seen = await ming.get(f"/api/grids/files/{file_id}")
        surveyed = await ming.post(f"/api/grids/files/{file_id}/survey", json=ASKED)

    assert {seen.status_code, surveyed.status_code} == {404}


async def test_a_community_sees_only_its_own_communities_in_a_survey(ground):
    other = f"{TENANT}003"
    await make_ground(other, "中山花园")
    grids = [(f"{other}009", "别的社区", square(20)), (f"{OTHER_TENANT}001001", "别的街道", square(21))]
    async with signed_in(ground, "qin") as qin:
        brought = (await bring(qin, corpus.sound(grids), "x.geojson")).json()
        asked = {**ASKED, "columns": {"code": "code", "name": "name"}}
        surveyed = (await qin.post(f"/api/grids/files/{brought['file_id']}/survey", json=asked)).json()

    assert [each["kind"] for each in surveyed["report"]["faults"]] == ["property", "property"]
    assert surveyed["survey_id"] is None


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"", "x.geojson", 422), (b"nonsense", "x.zip", 422), (b"{}", "../../x.geojson", 422),
        (b"{}", "", 400), (b"{}", "x" * 201, 400), (b"0" * 32_000_001, "x.geojson", 413),
    ],
)  # fmt: skip
async def test_what_is_no_file_is_refused_in_words_and_not_kept(ground, database, content, name, status):
    async with signed_in(ground, "dai") as dai:
        answer = await bring(dai, content, name)

    assert answer.status_code == status, answer.text
    assert answer.json()["detail_zh"]
    assert await database.fetch_value("SELECT count(*) FROM grid_file") == 0


@pytest.mark.parametrize(
    "changed",
    [{"crs": ""}, {"columns": {"height": "x"}}, {"agreed": ["everything"]}, {"encoding": "latin1"}, {"more": 1}],
)
async def test_a_survey_of_another_form_is_malformed(ground, changed):
    async with signed_in(ground, "dai") as dai:
        answer = await dai.post(f"/api/grids/files/{new_id()}/survey", json={**ASKED, **changed})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
