"""Tell Piccolo its engine and its one app."""

from piccolo.conf.apps import AppRegistry

from backend.database import ENGINE

DB = ENGINE
APP_REGISTRY = AppRegistry(apps=["backend.piccolo_app"])
