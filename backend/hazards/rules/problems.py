"""Word every refusal of a hazard's life: what is wrong, and what the person can do next."""

from backend.problems import NotYourRole, Problem


class NotYourStep(NotYourRole):
    """The hazard is within the person's reach, but this step belongs to another role on its track."""

    detail_zh = "这一步由{roles_zh}办理。可以：在“情况说明”里写明，请他们处理。"
    detail_en = "This step belongs to: {roles_en}. You can: add a note and ask them."


class OnlyToRead(NotYourStep):
    """The person takes no step on this hazard, not even a note: the advice is to tell those who do."""

    detail_zh = "这一步由{roles_zh}办理，您在这里只能查看。可以：当面或打电话告诉他们。"
    detail_en = "This step belongs to: {roles_en}; here you can only read. You can: tell them in person or by phone."


class WrongStage(Problem):
    """The hazard has moved on, or not yet come so far; `stage` is where it stands."""

    status = 409
    title_zh, title_en = "隐患已到别的环节", "The hazard stands elsewhere"
    detail_zh = "这条隐患现在是“{stage_zh}”，不能“{action_zh}”。请先看最新进展，再选可以办的一步。"
    detail_en = (
        "The hazard is now “{stage_en}”, so “{action_en}” is not possible. Look at its history and choose a step."
    )


class AlreadyVoided(Problem):
    """The hazard was voided; a voided hazard is kept and never changed."""

    status = 409
    title_zh, title_en = "隐患已作废", "The hazard was voided"
    detail_zh = "这条隐患已作废，只留存不再办理。如果隐患还在，请重新登记一条。"
    detail_en = "The hazard was voided; it is kept, not worked on. If the danger is still there, report it anew."


class AlreadyJoined(AlreadyVoided):
    """The hazard was a duplicate and was joined to another, where the work goes on."""

    title_zh, title_en = "已并入另一条", "It was joined to another"
    detail_zh = "这条是重复登记，已并入 {joined_to}。请打开那一条接着办；您写的和拍的可以作为“情况说明”记到那里。"
    detail_en = (
        "It was a duplicate and was joined to {joined_to}. Open {joined_to} and go on there; "
        "what you wrote and photographed can be added to it as a note."
    )


class EvidenceMissing(Problem):
    """Something that this step needs was not given; `needs` lists it."""

    title_zh, title_en = "材料不全", "Something is missing"
    detail_zh = "还缺：{needs_zh}。补上后再提交，已填的内容都在。"
    detail_en = "Still missing: {needs_en}. Add it and send again; what you entered is kept."


class ReasonNeeded(EvidenceMissing):
    """This step is only taken with its reason in writing."""

    title_zh, title_en = "没有写原因", "The reason is missing"
    detail_zh = "请写明原因再提交，已填的内容都在。"
    detail_en = "Give the reason in writing and send again; what you entered is kept."


class OwnWork(Problem):
    """Four eyes: whoever did or submitted the work does not pass it, and a responsible unit never closes its own."""

    status = 403
    title_zh, title_en = "须由另一人复查", "Another person must look"
    detail_zh = "您不能自己复查销号，须由另一人到场看过。可以：请{roles_zh}复查。"
    detail_en = "You cannot pass your own work; another person must look. You can: ask {roles_en} to re-inspect."


class NotOfficer(Problem):
    """Only a licensed officer or the department may do this."""

    status = 403
    title_zh, title_en = "须由执法人员办理", "Only an officer can do this"
    detail_zh = "疑似重大须由执法人员判定，执法须持有效证件。可以：移送主管部门，或请持证执法人员办理。"
    detail_en = (
        "Only an officer with a licence can confirm a major hazard or give orders. "
        "You can: refer it to the department, or ask a licensed officer."
    )


class GradeNotAllowed(Problem):
    """This grade does not exist for this kind of place, or is not the reporter's to give."""

    title_zh, title_en = "危险程度不能这样选", "This grade is not possible here"
    detail_zh = "这里可以选：{allowed_zh}。确认重大须由执法人员或主管部门依据标准判定。"
    detail_en = (
        "Possible here: {allowed_en}. Only an officer or department confirms a major hazard, citing the criteria."
    )


class DeadlineWrong(Problem):
    """A day lies outside what is allowed; `earliest_on` and `latest_on` are the limits, both allowed."""

    title_zh, title_en = "日期不在允许范围", "The date is out of range"
    detail_zh = "日期要在 {earliest_on} 到 {latest_on} 之间（两天都可以）。请改一个日期再提交。"
    detail_en = "Choose a day from {earliest_on} to {latest_on}, both included, and send again."


class ExtensionTooLate(Problem):
    """An extension is asked before the deadline expires, by the device's time, or not at all."""

    status = 409
    title_zh, title_en = "期限已过，不能延期", "Past the deadline"
    detail_zh = "期限（{due_on}）已过，不能再申请延期。可以：写明原因，请社区处理。"
    detail_en = "Past the deadline ({due_on}), no extension. You can: give the reason in a note and pass it on."


class CommitmentsMissing(Problem):
    """A confirmed major hazard starts its rectification only with all five commitments; `missing` lists the others."""

    title_zh, title_en = "五落实不全", "Five commitments are not complete"
    detail_zh = "重大隐患整改前要落实责任、措施、资金、时限、预案，还缺：{missing_zh}。落实后再提交。"
    detail_en = "A major hazard needs all five commitments; still missing: {missing_en}. Settle them and send again."


class EscalationTooEarly(Problem):
    """The hazard is not overdue for so long that this level is due, or it has already been escalated so far."""

    status = 409
    title_zh, title_en = "还没到提级的时候", "Too early to escalate"
    detail_zh = "逾期 {after_days} 天起才提级到{level_zh}，每级只提一次。可以：先督促责任单位，或在情况说明里写明。"
    detail_en = (
        "The level “{level_en}” is due {after_days} days after the deadline, once. "
        "You can: urge the unit, or add a note."
    )


class NoOrdersForHomes(Problem):
    """Nobody orders a household: a home is advised, never dispatched, suspended or inspected."""

    title_zh, title_en = "户内不下达整改", "A home is not given orders"
    detail_zh = "住户家里只能建议，不能下达整改或行政检查。可以：递告知书、提建议，或移送燃气等主管部门。"
    detail_en = (
        "A home is advised, not ordered. You can: hand over the notice and give advice, or refer it to the department."
    )


class OnlyForHomes(Problem):
    """Advice without an order is the step for homes; premises and public spots get a dispatch."""

    title_zh, title_en = "场所不用“建议”这一步", "This step is for homes"
    detail_zh = "“递告知书、提建议”只用于住户家里。可以：请社区下达限期整改。"
    detail_en = "Giving advice is the step for homes. You can: ask the community to dispatch it with a deadline."


class NotConfirmedMajor(Problem):
    """Suspension and listed supervision are for confirmed major hazards only."""

    title_zh, title_en = "还没有确认为重大", "Not confirmed as major"
    detail_zh = "只有确认为重大的隐患才能责令停产停业或挂牌督办。可以：先依据标准判定危险程度。"
    detail_en = (
        "Only a confirmed major hazard can be suspended or listed. You can: grade it first, citing the criteria."
    )


class AlreadyDone(Problem):
    """The flag that this step sets is already set, or the one it clears is not."""

    status = 409
    title_zh, title_en = "已经办过", "Already done"
    detail_zh = "“{action_zh}”现在不用再办。请刷新看最新进展。"
    detail_en = "“{action_en}” is not needed now. Refresh to see where the hazard stands."


class OnSiteTooLate(Problem):
    """Fixed on the spot means during the visit: within a day of the report."""

    status = 409
    title_zh, title_en = "不再算当场整改", "No longer on the spot"
    detail_zh = "当场整改只在登记后 {hours} 小时内记。可以：按下达（户内按建议）、整改、复查的步骤办。"
    detail_en = (
        "“Fixed on the spot” is recorded within {hours} hours. You can: dispatch or advise, then submit and re-inspect."
    )


class AlreadyReported(Problem):
    """A hazard of that id exists."""

    status = 409
    title_zh, title_en = "已经登记过", "Already reported"
    detail_zh = "这条隐患已经登记过，没有重复记。请在列表里查看。"
    detail_en = "This hazard is already on record and was not counted twice. Look it up in the list."
