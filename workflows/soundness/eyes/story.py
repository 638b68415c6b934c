"""A hole told in sentences: who holds what, who did what in which order, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.refusal import N_, Reason
from workflows.soundness.eyes.cast import Cast, Scene, Seat, Someone
from workflows.soundness.eyes.paper import AUTHOR, SIGNED
from workflows.soundness.eyes.search import Event

RULE = "R30"
BODIES = (
    N_("cơ quan ban hành"),
    N_("cơ quan cấp trên"),
    N_("cơ quan trên nữa"),
)
OFFICES = {
    "secretary": N_("bí thư"),
    "deputy": N_("phó bí thư"),
    "committee": N_("ủy viên"),
    "advisor": N_("cán bộ tham mưu"),
    "standing": N_("thường trực"),
    "clerk": N_("văn thư"),
}
ADVISORY = N_("cán bộ ban tham mưu")
POST = N_("%(office)s, %(body)s")

HOLDS = N_("%(name)s giữ chức vụ %(post)s.")
MEMBER = N_("%(name)s là người viết bản này.")
WRITES = N_("%(name)s soạn văn bản.")
TYPES = N_("%(name)s nhập bản giấy đã ký vào sổ.")
SIGNS = N_("Dưới bản giấy là tên %(name)s.")
SECOND = N_("%(name)s được giao thêm chức vụ %(post)s.")
CHANGE = N_("%(name)s thôi chức vụ cũ, nhận chức vụ %(post)s.")
DELEGATES = N_("%(owner)s ủy quyền cho %(name)s.")
AWAY = N_("%(name)s vắng mặt.")
DOES = N_("%(name)s làm việc “%(act)s”: “%(before)s” → “%(after)s”, ở %(body)s.")
DOES_FOR = N_("%(name)s thay %(owner)s làm việc “%(act)s”: “%(before)s” → “%(after)s”, ở %(body)s.")
CLOSES = N_(
    "%(name)s tự ghi kết quả cuộc họp, không ai xác nhận biên bản: việc “%(act)s”, “%(before)s” → "
    "“%(after)s”, ở %(body)s."
)
VOTES = N_(
    "Cuộc họp biểu quyết, biên bản có người xác nhận: việc “%(act)s”, “%(before)s” → “%(after)s”."
)
ENDS = {
    "wrote": N_(
        "Như vậy %(name)s một mình quyết định trên văn bản mà mình đã góp phần viết (R30)."
    ),
    "twice": N_("Như vậy %(name)s một mình quyết định hai lần trên cùng một bản (R30)."),
    "typed": N_("Như vậy %(name)s tự xác nhận bản giấy mà mình đã nhập vào sổ (R30)."),
    "unvetted": N_("Như vậy %(name)s một mình quyết định: bản này chưa ai cho ý kiến (R30)."),
}


def tell(cast: Cast) -> list[Reason]:
    """The story as sentences, in order."""
    said = [_says(HOLDS, name=p.name, post=post(p.seat)) for p in cast.people if p.seat is not None]
    for scene in cast.scenes:
        said += _scene(cast, scene)
    last = cast.scenes[-1]
    name = last.owner.name if last.owner and last.owner is cast.hero else _name(last.who)
    return [*said, _says(ENDS[cast.hole.wrong], name=name)]


def post(seat: Seat) -> Reason:
    """“phó bí thư, cơ quan ban hành”."""
    body, where, role = seat
    office = ADVISORY if where == "advisory" else OFFICES[role]
    return _says(POST, office=_says(office), body=_says(BODIES[body]))


def _says(text: str, **params: object) -> Reason:
    return Reason(RULE, text, params)


def _name(someone: Someone | None) -> str:
    return someone.name if someone is not None else ""


def _scene(cast: Cast, scene: Scene) -> Iterator[Reason]:
    step, name = scene.step, _name(scene.who)
    if step.move is None or step.before is None:
        yield from _begins(cast, scene, name)
        return
    if scene.entered is not None:
        given = SECOND if scene.event is Event.SECOND else CHANGE
        yield _says(given, name=name, post=post(scene.entered))
    if scene.owner is not None and scene.event is not Event.NONE:
        yield _says(DELEGATES, owner=scene.owner.name, name=name)
    for absent in scene.away:
        yield _says(AWAY, name=absent)
    paper = step.before.paper
    params = {
        "name": name,
        "act": step.move.act.name,
        "before": paper.state,
        "after": step.move.act.target_from(paper.state),
        "body": _says(BODIES[paper.position]),
    }
    if scene.who is None:
        yield _says(VOTES, **params)
    elif step.move.act.by_meeting:
        yield _says(CLOSES, **params)
    elif scene.owner is not None:
        yield _says(DOES_FOR, **params, owner=scene.owner.name)
    else:
        yield _says(DOES, **params)


def _begins(cast: Cast, scene: Scene, name: str) -> Iterator[Reason]:
    recorded, hero = cast.first.paper.recorded, cast.hero.name
    yield _says(TYPES if recorded else WRITES, name=name)
    if recorded and cast.first.part & SIGNED:
        yield _says(SIGNS, name=hero)
    if recorded and cast.first.part & AUTHOR:
        yield _says(MEMBER, name=hero)
