"""Who has a part in a dossier: the team that writes it, the commission's inspectors who read it, and
who leads an inspected unit or is to sign, each from the state in which it is shown to him (domain §5)."""

from __future__ import annotations

from datetime import datetime

from models.dossier import DossierPiece
from models.inspection import Inspection
from models.person import Person
from models.unit import Unit
from workflows.dossier.people import is_signer
from workflows.inspections.reaching import ACTION, KIND, LEADERS, inspectors_post, led_by
from workflows.ladder.posts import Right, right_at
from workflows.refusal import N_, Forbidden, Reason
from workflows.succession import successor

# In which states the inspected unit is shown what, and until when the team may change it.
ANNOUNCED = (
    "announced",
    "self_report_received",
    "verifying",
    "draft_conclusion",
    "concluded",
    "follow_up",
    "closed",
)
EXPLAINING = "draft_conclusion"
CONCLUDED = ("concluded", "follow_up", "closed")
FINDINGS_SHOWN = (EXPLAINING, *CONCLUDED)
ENDED = ("closed", "cancelled")


def commission_right(inspection: Inspection, person: Person, now: datetime) -> Right | None:
    """The inspector's post of his own at the commission by which this person reads the dossier, as on
    all pages of an inspection; what was lent to him opens none, and none is open to who belongs or
    answers to an inspected unit. None: none."""
    post = inspectors_post(inspection, person, now)
    return Right(post, None) if post is not None else None


def team_right(inspection: Inspection, person: Person, now: datetime) -> Right | None:
    """The post by which a member of the team writes; None for who is none, has left the post, or came
    to belong to an inspected unit."""
    if all(member.person_id != person.id for member in inspection.members):
        return None
    return commission_right(inspection, person, now)


def leader_right(unit: Unit, person: Person, now: datetime) -> Right | None:
    """The post by which this person speaks for an inspected unit, or for one that closed into his;
    None: none."""
    heir = successor(unit)
    right = right_at(heir, LEADERS, person, now, kind=KIND, action=ACTION)
    # Of an advisory body's leaders none speaks for the committee that it serves.
    return right if right is not None and right.post.unit_id == heir.id else None


def led(inspection: Inspection, person: Person, now: datetime) -> list[Unit]:
    """The inspected units for which this person speaks now, once the inspection is announced."""
    if inspection.state not in ANNOUNCED:
        return []
    spoken_for = led_by(person, now)
    return [row.unit for row in inspection.units if row.unit_id in spoken_for]


def reads_dossier(inspection: Inspection, person: Person, now: datetime) -> bool:
    """Whether this person reads all of the dossier: the commission's inspectors."""
    return commission_right(inspection, person, now) is not None


def reads_piece(piece: DossierPiece, person: Person, now: datetime) -> bool:
    """Whether this person reads this piece: besides the commission its signers, and who leads the
    inspected unit, once minutes are offered for signature; the notice once it is concluded. A notice
    about several units holds the findings of each, so that it is for who leads them all."""
    inspection = piece.inspection
    if reads_dossier(inspection, person, now):
        return True
    units = {unit.id for unit in led(inspection, person, now)}
    if piece.n == 10 and inspection.state in CONCLUDED and units:
        about = {piece.unit_id} if piece.unit_id is not None else inspection.unit_ids
        return about <= units
    if piece.offered_at is None:
        return False
    if is_signer(piece, person, now):
        return True
    return bool(units) and piece.unit_id in units


def findings_shown(inspection: Inspection, person: Person, now: datetime) -> set[int]:
    """Units whose findings this person reads now."""
    if reads_dossier(inspection, person, now):
        return inspection.unit_ids
    if inspection.state not in FINDINGS_SHOWN:
        return set()
    return {unit.id for unit in led(inspection, person, now)}


def conclusions_shown(inspection: Inspection, person: Person, now: datetime) -> set[int]:
    """Units of which this person reads what the conclusion requires."""
    if reads_dossier(inspection, person, now):
        return inspection.unit_ids
    if inspection.state not in CONCLUDED:
        return set()
    return {unit.id for unit in led(inspection, person, now)}


def require_team(inspection: Inspection, person: Person, now: datetime) -> Right:
    """The right by which the team writes. Raises Forbidden for everybody else, and once the
    inspection is closed."""
    right = team_right(inspection, person, now)
    if right is None:
        raise Forbidden(
            Reason("POST", N_("Chưa ghi được: hồ sơ do thành viên đoàn kiểm tra lập và ghi."))
        )
    if inspection.state in ENDED:
        raise Forbidden(
            Reason("STATE", N_("Chưa ghi được: cuộc kiểm tra đã kết thúc hoặc đã hủy."))
        )
    return right


def require_leader(unit: Unit, person: Person, now: datetime) -> Right:
    """The right by which the inspected unit speaks. Raises Forbidden for who does not lead it."""
    right = leader_right(unit, person, now)
    if right is None:
        raise Forbidden(
            Reason(
                "POST",
                N_("Chưa ghi được: bí thư hoặc phó bí thư của %(unit)s ghi phần này."),
                {"unit": unit.name},
            )
        )
    return right


def refuse_own(spoke_id: int | None, actor: Person) -> None:
    """R30: nobody judges for the commission what he himself said for the inspected unit, by whatever
    right he said it then. Raises Forbidden."""
    if spoke_id == actor.id:
        sentence = N_(
            "Chưa ghi được: chính người này đã ghi phần của đơn vị được kiểm tra. "
            "Người khác của đoàn kiểm tra ghi việc này."
        )
        raise Forbidden(Reason("POST", sentence))
