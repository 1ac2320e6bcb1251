"""The OpenAPI document tells every refusal."""

import pytest


@pytest.fixture
async def document(client):
    return (await client.get("/api/openapi.json")).json()


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete", "head"):
                yield f"{method} {path}", operation


async def test_the_document_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    assert "/health/live" in document["paths"]


async def test_every_operation_documents_its_refusals_as_problems(document):
    for name, operation in operations(document):
        statuses = set(operation["responses"])
        assert {"400", "404", "500", "503"} <= statuses, name
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert "application/problem+json" in response["content"], f"{name} {status}"


async def test_every_reference_leads_somewhere(document):
    def references(value):
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for each in value.values():
                yield from references(each)
        elif isinstance(value, list):
            for each in value:
                yield from references(each)

    for reference in set(references(document)):
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]
