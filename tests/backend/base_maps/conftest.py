"""A server with base maps: a service in two datums with a key, and a PMTiles file; beside it the service itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.settings import Settings
from tests.backend.base_maps.packed import pmtiles
from tests.backend.base_maps.upstream import Upstream, an_upstream

KEY = "0123456789abcdef"


@pytest.fixture
def slices() -> tuple[str, ...]:
    """The slices that base maps need."""
    return ("people", "base_maps")


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """The map service."""
    with an_upstream() as made:
        yield made


@pytest.fixture
def described(upstream: Upstream, tmp_path: Path) -> str:
    """What the operator wrote."""
    (tmp_path / "town.pmtiles").write_bytes(pmtiles())
    return f"""
- name: district
  kind: xyz
  title: {{zh: 区底图, en: District map}}
  url: {upstream.address}/wgs84/{{z}}/{{x}}/{{y}}?tk={{key}}
  key: {KEY}
  attribution: 某区自然资源局
  review_number: 桂S（2026）00-1号
  zoom: [3, 18]
  bounds: [109.2, 24.1, 109.6, 24.5]
- name: shifted
  kind: xyz
  title: {{zh: 偏移底图, en: Shifted map}}
  url: {upstream.address}/gcj02/{{z}}/{{x}}/{{y}}
  attribution: 某图商
  review_number: GS（2026）0002号
  crs: gcj02
- name: degrees
  kind: xyz
  title: {{zh: 经纬底图, en: Map in degrees}}
  url: {upstream.address}/degrees/{{z}}/{{x}}/{{y}}
  cut: geographic
  attribution: 某区自然资源局
  review_number: 桂S（2026）00-4号
- name: others
  kind: xyz
  title: {{zh: 别区底图, en: Not here}}
  url: {upstream.address}/wgs84/{{z}}/{{x}}/{{y}}
  attribution: 别区
  review_number: 桂S（2026）00-3号
  places: ['450301001']
- name: town
  kind: pmtiles
  title: {{zh: 街道底图, en: Town map}}
  file: {tmp_path / "town.pmtiles"}
  attribution: 某区自然资源局
  review_number: 桂S（2026）00-2号
"""


@pytest.fixture
def settings(tmp_path: Path, described: str) -> Settings:
    """Settings that name the description."""
    file = tmp_path / "base-maps.yaml"
    file.write_text(described, encoding="utf-8")
    return Settings(data=tmp_path / "data", base_maps=file, base_map_cache_mb=1)
