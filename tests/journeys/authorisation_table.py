"""The table of who may ask what: every route and every mutation, by the members of the cast.

Whoever adds a route or a mutation adds its row; test_authorisation_table.py fails until it is there. A row names who
gets through (`ok`) and who is inside his reach but not of the role (`forbidden`, 403); everybody else gets 404.
The subject of every row stands in the first grid of Heping: a KTV (Wu's), a home, and a hazard that Lan reported.
"""

from typing import NamedTuple

EVERYBODY = "lan bo guo qin dai hai jing gu wu xiao shen min nobody zhou"
FIELD = "lan guo qin"
READERS = f"{FIELD} dai hai jing gu shen"
"""Who reads the first grid of Heping by his posting; Wu reads his KTV beside them."""
MAPPERS = f"{READERS} bo xiao zhou"
"""Who has a map at all; each sees his own area on it."""
NO_PLACES = "lan bo hai jing gu wu xiao shen nobody zhou"
"""Who changes no places at all; Guo does, but no community's grids."""

OPEN_TO_ALL = {
    "GET /health/live",
    "GET /health/ready",
    "GET /problems/{code:str}",
    "GET /api/openapi.json",
    "GET /ca.crt",
    "POST /api/session",
    "DELETE /api/session",
    "POST /api/enrolments/redeem",
}

LIVE = {"GET /api/sync/live"}
"""Streams without an end: only strangers are tried here."""

EXPORTERS = "qin dai hai jing shen"
"""Who may export the first community, and so hold a token for it."""


class Row(NamedTuple):
    """One route: what is sent, what those who get through are answered, and who they are.

    `empty` get through and find nothing of their own there (204).
    """

    asks: str
    url: str
    ok: str
    forbidden: str = ""
    body: object = None
    status: int = 200
    empty: str = ""


ROUTES = (
    Row("GET /api/me", "/api/me", EVERYBODY),
    Row("POST /api/me/data-key", "/api/me/data-key", EVERYBODY, "", {"envelope": ""}, 422),  # it holds nobody's key
    Row("POST /api/me/password", "/api/me/password", EVERYBODY, "", {"current": "gridwalk-demo", "new": "neu neu neu"},
        204),
    Row("POST /api/me/totp", "/api/me/totp", EVERYBODY, "", {}, 201),
    Row("PUT /api/me/totp", "/api/me/totp", EVERYBODY, "", {"totp": "123456"}, 409),  # nothing was started
    Row("POST /api/enrolments", "/api/enrolments", "qin dai min", "lan bo guo hai jing gu wu xiao shen nobody zhou",
        {"person_id": "{lan}"}, 201),
    Row("GET /api/people", "/api/people", EVERYBODY),
    Row("GET /api/devices", "/api/devices", EVERYBODY),
    Row("GET /api/devices/waiting", "/api/devices/waiting?place=450299001002", "qin dai shen",
        "lan bo guo hai jing gu wu xiao min nobody zhou"),
    Row("GET /api/positions/mine", "/api/positions/mine", EVERYBODY),
    Row("GET /api/positions/devices", "/api/positions/devices", "qin dai shen",
        "lan bo guo hai jing gu wu xiao min nobody zhou"),
    Row("GET /api/grids", "/api/grids", EVERYBODY),
    Row("POST /api/grids/check", "/api/grids/check", "qin dai min", "hai jing gu shen", "{import}"),
    Row("POST /api/grids/files", "/api/grids/files?name=x.geojson", "qin dai min", NO_PLACES, None, 422),  # no content
    Row("GET /api/grids/files/{file_id:uuid}", "/api/grids/files/{unknown}", "", NO_PLACES),
    Row(
        "POST /api/grids/files/{file_id:uuid}/survey",
        "/api/grids/files/{unknown}/survey",
        "",
        NO_PLACES,
        {"crs": "wgs84", "columns": {"code": "c", "name": "n"}, "effective_on": "2026-03-02"},
    ),
    Row("GET /api/grids/progress/{about:uuid}", "/api/grids/progress/{unknown}", "qin dai min", NO_PLACES),
    Row("GET /api/grids/changes", "/api/grids/changes", "qin dai min", NO_PLACES),
    Row("POST /api/grids/changes/plan", "/api/grids/changes/plan", "qin dai min", "hai jing gu shen",
        {"community_code": "450299001002",
         "edit": {"kind": "merge", "codes": ["450299001002001", "450299001002002"], "line": []}}),
    Row("GET /api/premises", "/api/premises", EVERYBODY),
    Row("GET /api/premises/{premises_id:uuid}", "/api/premises/{ktv}", f"{READERS} wu", ""),
    Row("GET /api/households/{household_id:uuid}", "/api/households/{home}", READERS, ""),
    Row("GET /api/buildings/{building_id:uuid}", "/api/buildings/{building}", READERS, ""),
    Row("POST /api/places/{kind:str}/{place_id:uuid}/phone", "/api/places/premises/{ktv}/phone",
        f"{FIELD} dai hai jing", "gu wu shen min", {"reason": "约复查时间"}),
    Row("POST /api/photos", "/api/photos", EVERYBODY, status=201),
    Row("HEAD /api/photos/uploads/{upload_id:uuid}", "/api/photos/uploads/{unknown}", ""),
    Row("PATCH /api/photos/uploads/{upload_id:uuid}", "/api/photos/uploads/{unknown}", ""),
    Row("DELETE /api/photos/uploads/{upload_id:uuid}", "/api/photos/uploads/{unknown}", ""),
    Row("GET /api/photos/{sha256:str}", "/api/photos/" + "ab" * 32, ""),  # it has not arrived: nobody sees it
    Row("GET /api/checklists", "/api/checklists", EVERYBODY),
    Row("GET /api/checklists/{checklist_id:str}/{version:int}", "/api/checklists/none/1", ""),
    Row("GET /api/visits", "/api/visits?place_id={ktv}", f"{READERS} wu", "min"),
    Row("GET /api/visits/{visit_id:uuid}", "/api/visits/{unknown}", ""),
    Row("GET /api/coverage", "/api/coverage?place_code=450299001002001", READERS, "min"),
    Row("GET /api/hazards", "/api/hazards", EVERYBODY),
    Row("GET /api/hazards/{hazard_id:uuid}", "/api/hazards/{hazard}", f"{READERS} wu"),
    Row("GET /api/hazard-map", "/api/hazard-map?bbox=109.3,24.2,109.5,24.4", MAPPERS, "wu min nobody"),
    Row("GET /api/hazard-map/view", "/api/hazard-map/view", MAPPERS, "wu min nobody"),
    Row("GET /api/hazard-map/summary", "/api/hazard-map/summary", MAPPERS, "wu min nobody"),
    Row("GET /api/hazard-map/days", "/api/hazard-map/days", MAPPERS, "wu min nobody"),
    Row("GET /api/hazard-map/past", "/api/hazard-map/past?on=2026-03-01", MAPPERS, "wu min nobody"),
    Row("GET /api/hazard-map/hazards/{fid:int}", "/api/hazard-map/hazards/999999", "", "wu min nobody"),
    Row("GET /api/tiles/hazards/{z:int}/{x:int}/{file:str}", "/api/tiles/hazards/14/13170/7051.mvt", READERS,
        "wu min nobody", empty="bo xiao zhou"),
    Row("GET /api/tiles/grids/{z:int}/{x:int}/{file:str}", "/api/tiles/grids/14/13170/7051.mvt", READERS,
        "wu min nobody", empty="bo xiao zhou"),
    Row("GET /api/base-maps", "/api/base-maps", MAPPERS, "wu min nobody"),
    Row("GET /api/base-maps/{name:str}/{layer:int}/{z:int}/{x:int}/{y:int}", "/api/base-maps/none/0/14/13170/7051", "",
        "wu min nobody"),
    Row("GET /api/base-maps/{name:str}/file", "/api/base-maps/none/file", "", "wu min nobody"),
    Row("GET /api/tiles/premises/{z:int}/{x:int}/{file:str}", "/api/tiles/premises/14/13170/7051.mvt", READERS,
        "wu min nobody", empty="bo xiao zhou"),
    Row("POST /api/sync/push", "/api/sync/push", EVERYBODY, "", "{push}"),
    Row("POST /api/sync/lifeboat", "/api/sync/lifeboat", EVERYBODY, "", {"records": []}),
    Row("GET /api/sync/pull", "/api/sync/pull", EVERYBODY),
    Row("GET /api/sync/held", "/api/sync/held", "dai jing", "hai gu shen min"),
    Row("GET /api/exports/{name:str}", "/api/exports/premises?within=450299001002", EXPORTERS, "gu min"),
    Row("GET /api/tokens", "/api/tokens", EVERYBODY),
    Row("POST /api/tokens", "/api/tokens", EXPORTERS, "gu min",
        {"label": "县级平台", "place_code": "450299001002", "collections": ["grids"], "days": 30}, 201),
    Row("DELETE /api/tokens/{token_id:uuid}", "/api/tokens/{token}", "qin dai min", "hai jing gu shen", status=204),
)  # fmt: skip

BY_TOKEN = (
    Row("GET /api/exchange", "/api/exchange", EXPORTERS),
    Row("GET /api/exchange/conformance", "/api/exchange/conformance", EXPORTERS),
    Row("GET /api/exchange/api", "/api/exchange/api", EXPORTERS),
    Row("GET /api/exchange/collections", "/api/exchange/collections", EXPORTERS),
    Row("GET /api/exchange/collections/{name:str}", "/api/exchange/collections/premises", EXPORTERS),
    Row("GET /api/exchange/collections/{name:str}/items", "/api/exchange/collections/hazards/items", EXPORTERS),
    Row("GET /api/exchange/collections/{name:str}/items/{feature_id:str}",
        "/api/exchange/collections/hazards/items/{hazard}", EXPORTERS),
)  # fmt: skip
"""What a token opens, and nothing else does: a sign-in is answered 401 here, and a token 401 everywhere else."""
