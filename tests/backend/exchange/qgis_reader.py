"""Run by the distribution's own Python: open a collection in QGIS, and print what QGIS holds of it."""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsDataSourceUri,
    QgsFeatureRequest,
    QgsRectangle,
    QgsVectorLayer,
)


def main(address: str, collection: str, box: str) -> None:
    """Print the layer's reference system, and each feature's attributes as texts and its geometry as WKT."""
    program = QgsApplication([], False)
    program.initQgis()
    keys = program.authManager()
    keys.setMasterPassword("of this run", True)
    key = QgsAuthMethodConfig("Basic")
    key.setName("gridwalk")
    key.setConfig("username", "gis")
    key.setConfig("password", os.environ["GRIDWALK_TOKEN"])
    keys.storeAuthenticationConfig(key)
    source = QgsDataSourceUri()
    source.setParam("url", address)
    source.setParam("typename", collection)
    source.setParam("authcfg", key.id())
    source.setParam("pagingEnabled", "true")
    source.setParam("pageSize", "2")
    source.setParam("restrictToRequestBBOX", "1" if box else "0")
    layer = QgsVectorLayer(source.uri(False), collection, "OAPIF")
    assert layer.isValid(), layer.dataProvider().error().summary()
    asked = QgsFeatureRequest()
    if box:
        asked.setFilterRect(QgsRectangle(*map(float, box.split(","))))
    names = [field.name() for field in layer.fields()]
    features = [
        {"wkt": each.geometry().asWkt(12), **{name: str(each[name]) for name in names}}
        for each in layer.getFeatures(asked)
    ]
    print(json.dumps({"crs": layer.crs().authid(), "features": features}))
    sys.stdout.flush()
    os._exit(0)  # QGIS 3.22 may crash in its own clean-up


main(*sys.argv[1:])
