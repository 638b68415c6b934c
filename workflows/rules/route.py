"""R18: a paper goes to the next body on its route, through that body's advisory board."""

from __future__ import annotations

from models.document import Document, Stage
from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard


def next_stage(document: Document) -> Stage | None:
    """The stage above the one where the paper lies, or None at the top of the route."""
    above = document.stage + 1
    return document.stages[above] if above < len(document.stages) else None


@guard("reports_to_superior")
def reports_to_superior(act: Act) -> list[Reason]:
    """P6: there is a body above to report to."""
    if next_stage(act.document) is not None:
        return []
    return [
        Reason(
            "R18",
            N_("%(unit)s là cấp cuối của văn bản này, không còn cấp trên để báo cáo."),
            {"unit": act.stage.unit.name},
        )
    ]


@guard("via_advisory", needs=("via",))
def via_advisory(act: Act) -> list[Reason]:
    """R18 (source 000, "qua Ban Tuyên giáo"): the paper passes through the addressee's advisory
    body."""
    above = next_stage(act.document)
    if above is None or above.via is None:
        return []
    given = (act.inputs.via or "").strip()
    if given.casefold() == above.via.code.casefold():
        return []
    params = {"unit": above.unit.name, "via": above.via.name, "code": above.via.code}
    if not given:
        text = N_(
            "Văn bản gửi %(unit)s phải qua %(via)s. Cần chọn %(via)s (%(code)s) ở ô “Gửi qua”."
        )
    else:
        text = N_(
            "“%(given)s” không phải cơ quan tham mưu của %(unit)s. Cần gửi qua %(via)s (%(code)s)."
        )
        params["given"] = given[:40]
    return [Reason("R18", text, params, place="via")]
