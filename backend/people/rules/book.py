"""Write the tables of roles, permissions and departments in the form that the phone reads."""

from backend.people.rules.grants import GRANTS
from backend.people.rules.roles import (
    CAN,
    DEPARTMENTS,
    DESK_ROLES,
    LEVELS,
    PERMISSION_LABELS,
    ROLE_LABELS,
    TENANT_WIDE,
    Role,
)


def rulebook() -> dict[str, object]:
    """Return people's tables, with labels in both languages, as JSON can say them."""
    return {
        "roles": {role.value: ROLE_LABELS[role] for role in Role},
        "permissions": {permission.value: label for permission, label in PERMISSION_LABELS.items()},
        "can": {role.value: sorted(CAN[role]) for role in Role},
        "tenant_wide": sorted(TENANT_WIDE),
        "keyed_roles": {
            Role.RESPONSIBLE_UNIT.value: "premises",
            Role.DEPARTMENT.value: "department",
        },
        "desk_roles": sorted(DESK_ROLES),
        "posting_levels": {role.value: sorted(LEVELS[role]) for role in Role},
        "grants": {role.value: sorted(given) for role, given in GRANTS.items()},
        "departments": dict(DEPARTMENTS),
    }
