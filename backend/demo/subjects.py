"""Say which drawing shows the hazard of a checklist's item, or that none does."""

from collections.abc import Mapping
from typing import Any, Final

# Which drawing fits the words of a hazard; the first that occurs in them counts.
_MOTIFS: Final = (
    ("接口松脱", "flue"), ("外窗", "window"), ("通风", "window"), ("消防车", "lane"),
    ("飞线", "charging"), ("充电", "charging"), ("电动自行车", "charging"), ("灭火", "extinguisher"),
    ("消火栓", "extinguisher"), ("出口", "exit"), ("铁链", "exit"), ("疏散", "exit"),
    ("通道", "exit"), ("门窗", "exit"), ("气瓶", "cylinder"), ("软管", "hose"),
    ("橡胶管", "hose"), ("检验期", "cylinder"), ("烟", "flue"), ("火焰", "flue"),
    ("热水器", "flue"), ("插", "sockets"), ("线路", "sockets"), ("私拉", "sockets"),
    ("电气", "panel"), ("配电", "panel"), ("炭", "cylinder"), ("楼梯", "exit"),
)  # fmt: skip


def motif_of(item: Mapping[str, Any]) -> str | None:
    """Return the drawing that fits what is wrong; where that names no thing ("dry, worn"), the question does."""
    wrong = item.get("hazard_when", {}).get("zh", "") + item.get("rectify", {}).get("zh", "")
    return next((drawing for words in (wrong, item["zh"]) for word, drawing in _MOTIFS if word in words), None)
