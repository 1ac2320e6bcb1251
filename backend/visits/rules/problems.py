"""Word every refusal of a checklist or a visit, with what to do next."""

from backend.problems import Problem


class ChecklistInvalid(Problem):
    """The body of a checklist does not have the agreed form; `errors` names each fault."""

    title_en, title_zh = "Checklist not valid", "检查表有错误"
    detail_en = "The checklist was not published. First fault: {first}. Correct the listed places and publish again."
    detail_zh = "检查表没有发布。第一处错误：{first}。请按列出的位置改好后再发布。"


class ChecklistPublished(Problem):
    """This version of the checklist was published with another content."""

    status = 409
    title_en, title_zh = "Version already published", "该版本已发布"
    detail_en = "{checklist_id} version {version} is published and cannot change. Publish it under the next version."
    detail_zh = "{checklist_id} 第 {version} 版已发布，内容不能再改。请换一个新版本号发布。"


class ChecklistUnknown(Problem):
    """No such version of a checklist was published here."""

    title_en, title_zh = "Checklist not known", "没有这份检查表"
    detail_en = "{checklist_id} version {version} is not published here. Synchronise once, then open the visit again."
    detail_zh = "这里没有发布过 {checklist_id} 第 {version} 版。请先同步一次，再打开这次走访重新提交。"


class WrongChecklist(Problem):
    """The checklist is for another kind of place."""

    title_en, title_zh = "Wrong checklist", "检查表与场所不符"
    detail_en = "This checklist is for {checklist_category}, the place is {place_category}. Choose its own checklist."
    detail_zh = "这份检查表用于“{checklist_category}”，而该处是“{place_category}”。请换用对应的检查表。"


class AnswersInvalid(Problem):
    """Some answers do not fit their questions; `invalid` names each with its reason."""

    title_en, title_zh = "Answers do not fit", "有的答案不符合题目"
    detail_en = "{count} answers do not fit their question, first: {first}. Open the visit, correct them, send again."
    detail_zh = "有 {count} 个答案不符合题目，第一个是 {first}。请打开这次走访改好后再提交。"


class AnswerMissing(Problem):
    """The visit was made but questions are open, and nothing says why; `missing` names them."""

    title_en, title_zh = "Questions left open", "还有题目没有答"
    detail_en = "{count} questions are open, first: {first}. Answer them, or write in the note why it was not possible."
    detail_zh = "还有 {count} 题没有答，第一题是 {first}。请补答，或在备注里写明为什么没查完。"


class OutcomeNotPossible(Problem):
    """This outcome is not one of this kind of place."""

    title_en, title_zh = "Outcome not possible here", "该结果不适用于这里"
    detail_en = "A visit to {place_kind} cannot end as {outcome}. Choose another outcome; a closed place is retired."
    detail_zh = "“{outcome}”不适用于这里（{place_kind}）。请另选结果；场所已停办的，请办理场所注销。"


class WitnessMissing(Problem):
    """A refused signature has neither a witness nor a reason."""

    title_en, title_zh = "Refusal needs a witness", "拒签须有见证人或说明"
    detail_en = "The signature was refused. Name a witness, or write in the note how it was refused."
    detail_zh = "对方没有签字。请填写见证人，或在备注里说明拒签情况。"


class SignatureNotPossible(Problem):
    """A signature and the way in which the notice was delivered contradict each other."""

    title_en, title_zh = "Signature does not fit", "签收与送达方式不符"
    detail_en = "A drawn signature belongs to a notice handed over in person or by proxy. Correct the delivery or sign."
    detail_zh = "当面送达或代收才有签名。请改正送达方式，或补上签名。"


class OfficersMissing(Problem):
    """An inspection does not have two licensed officers who were posted here."""

    title_en, title_zh = "Two officers are needed", "须有两名执法人员"
    detail_en = (
        "An inspection needs two different officers with a valid licence, posted here, and you are one of them. "
        "Name both; without them record a patrol."
    )
    detail_zh = (
        "行政检查须由两名不同的、在本辖区任职并持有效执法证的人员进行，且您是其中之一。"
        "请补全两人；不足两人请按网格走访登记。"
    )


class OfficersNotForPatrol(Problem):
    """A patrol names officers, as if it were an inspection."""

    title_en, title_zh = "A patrol has no officers", "网格走访不填执法人员"
    detail_en = "A patrol is no inspection. Remove the officers, or record an inspection."
    detail_zh = "网格走访不是行政检查，请去掉执法人员，或改按行政检查登记。"


class TimeNotPossible(Problem):
    """A visit's start or end lies outside every plausible year."""

    title_en, title_zh = "Time not possible", "时间不对"
    detail_en = "Start and end must lie between 2000 and 2099. Check the phone's clock, then record the visit again."
    detail_zh = "开始和结束时间应在 2000 年至 2099 年之间。请核对手机时间后重新登记。"


class PersonalNumberInText(Problem):
    """A remark holds what looks like an ID card or phone number."""

    title_en, title_zh = "A personal number in the text", "文字里有个人号码"
    detail_en = (
        "{field} seems to hold an ID card or phone number. Delete the number and send again; "
        "a contact phone belongs in the place's own contact field, an ID card number nowhere."
    )
    detail_zh = (
        "{field_zh}里好像有身份证号或电话号码。请删去号码再提交："
        "联系电话填在该户（场所）的联系电话栏，身份证号一律不记。"
    )


class VisitExists(Problem):
    """A visit with this identifier is recorded already."""

    status = 409
    title_en, title_zh = "Already recorded", "这次走访已登记"
    detail_en = "This visit is recorded already and was not counted twice. To change it, correct the recorded visit."
    detail_zh = "这次走访已经登记，没有重复计算。如要更改，请在原记录上更正。"


class AlreadyCorrected(Problem):
    """The version to be corrected was corrected before; `current` is the one that counts."""

    status = 409
    title_en, title_zh = "A newer version exists", "该记录已有更正"
    detail_en = "This version was corrected already. Open the newest version and correct that one."
    detail_zh = "这一版已被更正过。请打开最新一版，在最新版上更正。"


class TrackFixed(Problem):
    """A correction would turn a patrol into an inspection, or the other way round."""

    title_en, title_zh = "The track cannot change", "走访类别不能改"
    detail_en = "A patrol never becomes an inspection by correcting it. Record a new visit on the other track."
    detail_zh = "网格走访不能通过更正变成行政检查，反之亦然。请另外登记一次。"
