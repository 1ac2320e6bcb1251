"""A district's 5,000 grids of 100 corners, from the surveyor's file to the database, in one transaction."""

import time
from datetime import date
from typing import Any

from backend import clock
from backend.ids import new_id
from backend.places.commands.grid_files import GridFile, SurveyAsked, import_survey, survey_file
from backend.places.reading import Progress
from tests.bench.surveyed import a_district, community_codes
from tests.bench.table import row
from tests.cast import TENANT

COUNT = 5_000


async def test_5_000_grids_of_100_corners_come_in_one_transaction(database: Any) -> None:
    file = GridFile("district.geojson", a_district(COUNT))
    codes = community_codes(COUNT)
    for code in codes:
        await database.execute("INSERT INTO community (id, code, name) VALUES ($1, $2, '社区')", new_id(), code)
    asked = SurveyAsked("wgs84", {"code": "code", "name": "name"}, date(2026, 3, 2))
    told: list[Progress] = []

    started = time.perf_counter()
    found, survey_id = await survey_file(file, asked, TENANT, codes, clock.now(), told.append)
    surveyed_s = time.perf_counter() - started
    assert survey_id is not None, found.report
    started = time.perf_counter()
    async with database.transaction(TENANT):
        await import_survey(survey_id, TENANT, clock.now(), lambda _: None, told.append)
    imported_s = time.perf_counter() - started

    assert await database.fetch_value("SELECT count(*) FROM grid") == COUNT
    assert [each.done for each in told if each.stage == "importing"] == list(range(0, COUNT + 1, 500))
    row(
        f"{COUNT:,} grids of 100 corners from a file of {len(file.content) / 1e6:.0f} MB, surveyed and imported",
        f"survey {surveyed_s:.1f} s in a child, import {imported_s:.1f} s in one transaction",
    )
