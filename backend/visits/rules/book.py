"""Write the tables of checklists and visits in the form that the phone reads."""

from backend.visits.rules.answers import MAX_PATH, MAX_TEXT, REASONS
from backend.visits.rules.checklist import CERTAINTIES
from backend.visits.rules.conduct import (
    LABELS,
    NEEDS,
    OFFICERS,
    OUTCOMES,
    Delivered,
    Outcome,
    Signed,
    Window,
)
from backend.visits.rules.door import DELIVERY_ANSWERS, DELIVERY_ITEM, OUTCOME_ANSWERS, OUTCOME_ITEM, SIGNATURE_ITEM
from backend.visits.rules.evaluate import GRADES, OFFICER_ONLY, SEVERITIES
from backend.visits.rules.personal import PATTERNS


def rulebook() -> dict[str, object]:
    """Return visits' tables as JSON can say them."""
    return {
        "visits": {
            "outcomes": {kind: [each.value for each in Outcome if each in may] for kind, may in OUTCOMES.items()},
            "delivered": [each.value for each in Delivered],
            "signed": [each.value for each in Signed],
            "windows": [each.value for each in Window],
            "labels": LABELS,
            "needs": {track.value: permission.value for track, permission in NEEDS.items()},
            "officers": OFFICERS,
            "officer_only": list(OFFICER_ONLY),
            "severities": list(SEVERITIES),
            "grades": GRADES,
            "certainties": list(CERTAINTIES),
            "answer_reasons": REASONS,
            "door": {
                OUTCOME_ITEM: {outcome: answers[0] for outcome, answers in OUTCOME_ANSWERS.items()},
                DELIVERY_ITEM: {delivered: answers[0] for delivered, answers in DELIVERY_ANSWERS.items()},
            },
            "signature_item": SIGNATURE_ITEM,
            "personal_numbers": PATTERNS,
            "max_text": MAX_TEXT,
            "max_signature": MAX_PATH,
        }
    }
