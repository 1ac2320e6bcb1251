"""Write the life-cycle in the form that the phone reads, and draw it as a diagram."""

from backend.hazards.rules import problems
from backend.hazards.rules.steps import (
    ESCALATION_DAYS,
    GRADES_AT,
    JUDGED_GRADES,
    MAX_DAYS,
    ON_SITE_HOURS,
    STEPS,
    Step,
    When,
)
from backend.hazards.rules.twins import GRAVITY, TWIN_ACCURACY_M, TWIN_RADIUS_M
from backend.hazards.rules.words import (
    CLOSED_STAGES,
    COMMITMENTS,
    ENDED_STAGES,
    LABELS,
    MAJOR,
    NEXT,
    NO_PHOTO_REASONS,
    OPEN_STAGES,
    Action,
    Stage,
    Words,
)


def rulebook() -> dict[str, object]:
    """Return the hazard's tables, with labels in both languages, as JSON can say them."""
    return {
        "stages": _bilingual(LABELS["stage"]),
        "closed_stages": list(CLOSED_STAGES),
        "ended_stages": list(ENDED_STAGES),
        "open_stages": list(OPEN_STAGES),
        "next": _bilingual(NEXT),
        "steps": {step.action.value: _step(step) for step in STEPS},
        "labels": {kind: _bilingual(words) for kind, words in LABELS.items() if kind not in ("stage", "role")},
        "grades_at": {kind: list(grades) for kind, grades in GRADES_AT.items()},
        "judged_grades": list(JUDGED_GRADES),
        "major_grades": list(MAJOR),
        "commitments": list(COMMITMENTS),
        "no_photo_reasons": list(NO_PHOTO_REASONS),
        "max_days": MAX_DAYS,
        "on_site_hours": ON_SITE_HOURS,
        "escalation_days": ESCALATION_DAYS,
        "twin_radius_m": dict(TWIN_RADIUS_M),
        "twin_accuracy_m": TWIN_ACCURACY_M,
        "gravity": dict(GRAVITY),
    }


def _bilingual(words: Words) -> dict[str, object]:
    return {word: {"zh": zh, "en": en} for word, (zh, en) in words.items()}


def _step(step: Step) -> dict[str, object]:
    return {
        "number": step.number,
        "zh": step.zh,
        "en": step.en,
        "stages": list(step.stages),
        "to": [{"when": _when(when), "stage": stage} for when, stage in step.to],
        "by": {"patrol": list(step.patrol), "inspection": list(step.inspection)},
        "licensed": list(step.licensed),
        "four_eyes": step.four_eyes,
        "needs": [{"evidence": n.evidence, "paths": list(n.paths), "when": _when(n.when)} for n in step.needs],
        "requires": [{"when": _when(r.when), "problem": getattr(problems, r.problem).code} for r in step.requires],
        "days": [{"field": d.field, "limit": d.limit, "after": d.after} for d in step.days],
        "checks": list(step.checks),
        "changes": [{"field": c.field, "source": c.source, "when": _when(c.when)} for c in step.changes],
    }


def _when(when: When) -> list[object]:
    return [[path, list(values)] for path, values in when]


def diagram() -> str:
    """Return the life-cycle as a mermaid state diagram drawn from the table, without steps that keep the stage."""
    named = {
        stage: f'  state "{zh} {stage}" as {stage}' for stage, (zh, _) in LABELS["stage"].items() if stage != "draft"
    }
    lines = ["stateDiagram-v2", *named.values()]
    for step in STEPS:
        for to in dict.fromkeys(stage for _, stage in step.to if stage is not None):
            lines += [f"  {_from(step, stage)} --> {to}: {_arrow(step)}" for stage in step.stages]
    lines += [f"  {stage} --> [*]" for stage in ENDED_STAGES]
    return "\n".join(lines) + "\n"


def _from(step: Step, stage: Stage) -> str:
    return "[*]" if step.action is Action.REPORT else stage.value


def _arrow(step: Step) -> str:
    return f"{step.number} {step.zh}"
