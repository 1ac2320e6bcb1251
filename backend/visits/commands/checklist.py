"""Publish a version of a checklist, for good."""

import msgspec

from backend import changes, database
from backend.acts import Act
from backend.ids import new_id
from backend.people.rules import ROLE_LABELS, Role
from backend.problems import NotYourRole
from backend.visits.commands.args import PublishChecklist
from backend.visits.rules import ChecklistPublished, why_not_publish


def _allow(act: Act) -> None:
    posted = any(
        posting.role is Role.SYS_ADMIN and act.tenant.startswith(posting.place_code)
        for posting in act.person.active(act.on)
    )
    if not posted:
        label = ROLE_LABELS[Role.SYS_ADMIN]
        raise NotYourRole(roles=f"{label['zh']} ({label['en']})", allowed=[Role.SYS_ADMIN.value])


async def publish_checklist(args: PublishChecklist, act: Act) -> None:
    """Keep a version of a checklist unchangeably; the same version with the same body is published once."""
    problem = why_not_publish(args.id, args.body)
    if problem is not None:
        raise problem
    _allow(act)
    body = msgspec.json.encode(args.body).decode()
    await database.lock_tenant(act.tenant)
    stored = await database.fetch_value(
        "INSERT INTO checklist (id, tenant, checklist_id, version, body, published_at, published_by)"
        " VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7)"
        " ON CONFLICT (tenant, checklist_id, version) DO NOTHING RETURNING id",
        new_id(act.received_at),
        int(act.tenant),
        args.id,
        args.version,
        body,
        act.received_at,
        act.person.id,
    )
    if stored is not None:
        await changes.touch("checklist", stored, act.tenant)
        return
    same = await database.fetch_value(
        "SELECT body = $4::jsonb FROM checklist WHERE tenant = $1 AND checklist_id = $2 AND version = $3",
        int(act.tenant),
        args.id,
        args.version,
        body,
    )
    if not same:
        raise ChecklistPublished(checklist_id=args.id, version=args.version)
