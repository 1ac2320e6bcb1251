"""Visit a home without a server in WebKit: no Background Sync, no storage that takes a Blob, and nothing is lost."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.browsers.day import TAKE_OVER
from tests.browsers.webkit import WebKit
from tests.cast import PASSWORD
from tests.journeys import ledger
from tests.journeys.served import Served
from tests.journeys.small_town import BUILDING

pytestmark = pytest.mark.journey

WHAT_IT_HAS = "return ['SyncManager' in window, 'storage' in navigator, 'serviceWorker' in navigator, isSecureContext]"
KEPT_AS = """
const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result) })
const isOurs = (name) => /^gridwalk-[0-9a-f-]{36}$/.test(name)
const database = await asked(indexedDB.open((await indexedDB.databases()).map(({ name }) => name).find(isOurs)))
const [kept] = await asked(database.transaction('photo_bytes').objectStore('photo_bytes').getAll())
database.close()
return [Object.prototype.toString.call(kept.bytes), kept.bytes.byteLength, kept.sha256]
"""


def twelve_megapixels(folder: Path) -> Path:
    """Return a camera's JPEG of 12 megapixels, lying on its side as phones write it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    file = folder / "camera.jpg"
    small = Image.effect_noise((1000, 750), 60).convert("RGB")
    small.resize((4000, 3000)).save(file, "JPEG", quality=90, exif=exif)
    return file


def sign_in(webkit: WebKit) -> None:
    """Come in by the front door; then the worker serves the app."""
    webkit.open("/sign-in")
    webkit.see("[autocomplete=username]").send_keys("lan")
    webkit.see("[autocomplete=current-password]").send_keys(PASSWORD)
    webkit.tap("button[type=submit]")
    webkit.tap("button", "以后再说")
    webkit.see("h1", "第1网格")
    webkit.run("await navigator.serviceWorker.ready; return 0")
    webkit.wait(lambda: webkit.run("return navigator.serviceWorker.controller !== null"), "no worker serves the page")


def find_a_hazard(webkit: WebKit, picture: Path) -> str:
    """Answer up to a flue that ends indoors, take its photo, and return the address of the visit."""
    webkit.open(f"/doors/{BUILDING}")
    webkit.tap("[role=gridcell] button", "301室")
    webkit.tap("button", "入户检查")
    webkit.see("h1", "居住方式")
    webkit.tap("label", "自住")
    webkit.tap("label", "燃气热水器")
    webkit.tap("button", "下一题")
    webkit.see("h1", "排烟方式")
    webkit.tap("label", "强制排气式")
    webkit.see("h1", "安装位置")
    webkit.tap("label", "厨房")
    webkit.see("h1", "接到室外大气")
    webkit.tap("label", "有隐患")
    webkit.tap("label", "未装烟管")
    webkit.give("input[type=file][capture]", picture)
    webkit.see("img[alt]", "刚拍的照片")
    webkit.tap("button", "用这张")
    return webkit.driver.current_url


def finish(webkit: WebKit) -> None:
    """Leave the rest open, say why, and save."""
    webkit.tap("button", "三句说完，下一题")
    webkit.tap("button", "还没答的题")
    webkit.tap("button", "看汇总")
    webkit.see("textarea").send_keys("住户赶时间，余下的下次查")
    webkit.tap("button", "保存")
    webkit.see("h1", "已存本机")


def test_a_visit_without_a_server_survives_a_reload_and_arrives_whole(
    webkit: WebKit, served: Served, tmp_path: Path
) -> None:
    sign_in(webkit)
    assert webkit.run(WHAT_IT_HAS) == [False, False, True, True]
    served.stop()

    visit = find_a_hazard(webkit, twelve_megapixels(tmp_path))
    kind, size_bytes, name = webkit.run(KEPT_AS)
    assert kind == "[object ArrayBuffer]"
    webkit.driver.refresh()
    webkit.see("h1", "接到室外大气")
    assert webkit.see("label", "未装烟管").find_element("css selector", "input").is_selected()
    assert webkit.run(f"return ({TAKE_OVER})()") == 1  # closed under the open form, as iOS does in the background
    finish(webkit)
    webkit.driver.refresh()
    webkit.see("h1", "已存本机")
    assert webkit.driver.current_url == visit

    served.start()
    webkit.see("main", "照片 1 / 1 张已到")
    arrived = (served.data / "photos" / "kept" / name[:2] / name).read_bytes()
    assert (len(arrived), sha256(arrived).hexdigest()) == (size_bytes, name)
    assert Image.open(BytesIO(arrived)).size == (1200, 1600)
    [stored] = ledger.rows(served, "SELECT sha256, size_bytes FROM photo")
    assert stored == {"sha256": name, "size_bytes": size_bytes}
    # The text may come behind its photo: a try in the instant of the start fails for one of them alone.
    webkit.wait(lambda: len(ledger.receipts_of(served, "lan")) == 3, "three receipts")
    assert len(ledger.rows(served, "SELECT 1 FROM visit")) == len(ledger.rows(served, "SELECT 1 FROM hazard")) == 1
