"""Decide whether a hazard into which others were joined may be voided with them."""

from collections.abc import Collection, Mapping

from backend.problems import Problem


class OthersJoined(Problem):
    """Others were joined to the hazard, and whoever voids it has not been told of all of them."""

    status = 409
    title_zh, title_en = "还有别条并入它", "Others were joined to it"
    detail_zh = (
        "{held_zh} 已并入这一条，一起作废，那里说的隐患也就没有人办了。"
        "可以：重新打开“作废”，先看并入的登记；隐患还在的，不要作废。"
    )
    detail_en = (
        "Joined to this one: {held_en}. Voiding it ends what was reported there, too. "
        "You can: open the voiding again and look at what was joined first; if the danger is there, do not void it."
    )


def why_not_voided(joined: Mapping[str, str], told: Collection[str]) -> Problem | None:
    """May a hazard be voided, given what was joined to it, number by id, and the ids that its author was told of?

    None when so: a false report ends as voided, with whatever repeated it.
    """
    unseen = [joined[one] for one in joined if one not in told]
    if not unseen:
        return None
    return OthersJoined(held_zh="、".join(unseen), held_en=", ".join(unseen))
