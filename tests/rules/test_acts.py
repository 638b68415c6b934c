"""Guards of single acts: minutes, reasons, route, issuer, theme, period, campaign, unchanged
text."""

from datetime import UTC, date, datetime

import pytest

from models.campaign import Requirement, ThemeOverride
from models.obligation import Obligation
from tests.rules import cast
from tests.rules.cast import act, day, document, sentence
from workflows.act import Votes
from workflows.content import clean_content
from workflows.rules import GUARDS, guard, guards_named
from workflows.rules.issuing import may_issue_type
from workflows.rules.reasons import REASON_CODES
from workflows.trail.content import content_hash, new_salt


def places(name, one_act):
    return [reason.place for reason in GUARDS[name](one_act)]


@pytest.mark.parametrize(
    ("minutes", "votes", "where"),
    [
        ("05-BB/CB, 03/03/2026", Votes(9, 9, 0), []),
        ("05-BB/CB, 03/03/2026", Votes(3, 2, 1), []),
        ("05-BB/CB, 03/03/2026", Votes(9, 5, 0), []),  # some abstain
        ("", Votes(3, 3, 0), ["minutes"]),
        (" ", None, ["minutes", "votes.present"]),
        ("05-BB/CB", None, ["votes.present"]),
        ("05-BB/CB", Votes(3, 3, 1), ["votes.for"]),
        ("05-BB/CB", Votes(3, 1, 2), ["votes.for"]),
        ("05-BB/CB", Votes(4, 2, 2), ["votes.for"]),
        ("05-BB/CB", Votes(0, 0, 0), ["votes.present", "votes.for"]),
        ("05-BB/CB", Votes(5, -1, 0), ["votes.present"]),
    ],
)
def test_minutes_and_votes(minutes, votes, where):
    assert places("has_minutes", act(document(), minutes=minutes, votes=votes)) == where


LONG = "Cần bổ sung thời hạn của việc thứ hai."


@pytest.mark.parametrize(
    ("kind", "action", "code", "text", "where"),
    [
        ("plan", "return", "TASKS", LONG, []),
        ("plan", "return", None, LONG, ["reason_code"]),
        ("plan", "return", "FIGURES", LONG, ["reason_code"]),
        ("plan", "return", "OTHER", "ngắn", ["reason"]),
        ("plan", "return", None, None, ["reason_code", "reason"]),
        ("plan", "return", "OTHER", "a b c d e f g h i", ["reason"]),
        ("commitment", "return", "GENERIC", LONG, []),
        ("report", "return", "FIGURES", LONG, []),
        ("plan", "request_amendment", None, LONG, []),
        ("plan", "request_amendment", "BOGUS", LONG, ["reason_code"]),
        ("plan", "withdraw", None, LONG, []),
        ("plan", "withdraw", None, "", ["reason"]),
        ("plan", "revoke", None, "Thay đổi", ["reason"]),
    ],
)
def test_reason_is_given(kind, action, code, text, where):
    one = act(document(kind), action, reason_code=code, reason=text)
    assert places("reason_given", one) == where


def test_every_kind_has_the_codes_of_the_domain():
    for codes in REASON_CODES.values():
        assert {"GENERIC", "COPY", "MISSING_SECTION", "DATE_ORDER", "OTHER"} <= set(codes)


@pytest.mark.parametrize(
    ("decision", "given"),
    [
        ("12-QĐ/ĐU, 15/03/2026", True),
        ("Quyết định số 12-QĐ/ĐU ngày 15 tháng 3 năm 2026 của Đảng ủy", True),
        ("12/QĐ-LĐLĐ ngày 2026-03-15", True),
        ("12-QĐ/ĐU", False),
        ("ngày 15/03/2026", False),
        ("12-QĐ/ĐU, 30/02/2026", False),
        ("12-QĐ/ĐU, 15/06/2026", False),  # not yet
        ("", False),
        (None, False),
    ],
)
def test_revocation_rests_on_a_decision(decision, given):
    assert (places("decision_given", act(document(), "revoke", decision=decision)) == []) is given


def routed(via):
    issuer, above = cast.base(), cast.ward()
    paper = document(issuer=issuer, route=[issuer, above])
    if via:
        paper.stages[1].via = cast.unit(
            "PHUONG-XDD", "Ban Xây dựng Đảng phường", level="ward", symbol="BXDĐ", body="Ban"
        )
    return paper


@pytest.mark.parametrize(
    ("configured", "given", "passes"),
    [
        (True, "PHUONG-XDD", True),
        (True, " phuong-xdd ", True),
        (True, None, False),  # the demo's B1
        (True, "PHUONG", False),
        (False, None, True),
        (False, "PHUONG-XDD", True),
    ],
)
def test_r18_goes_through_the_advisory_body(configured, given, passes):
    reasons = GUARDS["via_advisory"](act(routed(configured), "report", via=given))
    assert (reasons == []) is passes
    for reason in reasons:
        assert reason.rule == "R18"
        assert "Ban Xây dựng Đảng phường (PHUONG-XDD)" in sentence(reason)


def test_the_top_of_the_route_reports_to_nobody():
    paper = routed(False)
    assert GUARDS["reports_to_superior"](act(paper, "report")) == []
    paper.stage = 1
    [reason] = GUARDS["reports_to_superior"](act(paper, "report"))
    assert sentence(reason).startswith("Đảng bộ phường Minh Họa là cấp cuối")
    assert GUARDS["via_advisory"](act(paper, "report")) == []


STANDING = cast.unit("BTV", "Ban Thường vụ", level="ward", symbol="ĐU", body="Ban Thường vụ")


@pytest.mark.parametrize(
    ("unit", "may", "may_not"),
    [
        (cast.cell(), "NQ QĐ KL TB BC KH CTr ĐA PA TTr CV BB QC", "QĐi HD CT TT"),
        (cast.base(), "NQ QĐ KL TB BC KH CTr ĐA PA TTr CV BB QC QĐi", "HD CT TT"),
        (STANDING, "NQ QĐ KL TB BC KH CTr ĐA PA TTr CV BB QĐi HD", "QC CT TT"),
        (cast.union(), "KH BC QĐ", ""),
    ],
    ids=["chi bộ", "đảng ủy", "ban thường vụ", "công đoàn"],
)
def test_r29_who_may_issue_what(unit, may, may_not):
    assert {kind for kind in may.split() if not may_issue_type(unit, kind)} == set()
    assert {kind for kind in may_not.split() if may_issue_type(unit, kind)} == set()


@pytest.mark.parametrize("issuer", [cast.cell(), cast.base(), cast.ward(), cast.union()])
@pytest.mark.parametrize("kind", ["plan", "report", "commitment"])
def test_r29_every_level_issues_plans_and_reports(kind, issuer):
    assert GUARDS["may_issue"](act(document(kind, issuer=issuer))) == []


def test_r28_theme():
    paper = document()
    assert GUARDS["theme_present"](act(paper)) == []
    paper.campaign.theme = " "
    assert [r.level for r in GUARDS["theme_present"](act(paper))] == ["error"]
    paper.unit_id = 7
    paper.campaign.themes = [
        ThemeOverride(unit_id=7, theme="Phát huy sức mạnh", reason="Nghị quyết riêng")
    ]
    [note] = GUARDS["theme_present"](act(paper))  # G12: a theme of its own
    assert (note.rule, note.level) == ("R28", "info")


def report(period, as_of, nominal_due=None):
    obligation = None
    if nominal_due:
        obligation = Obligation(
            nominal_due=nominal_due,
            effective_due=nominal_due,
            requirement=Requirement(code="O", kind="report", variant="quarter"),
        )
    content = clean_content("report", {"period": period, "figures_as_of": as_of})
    return document("report", content=content, obligation=obligation)


@pytest.mark.parametrize(
    ("period", "as_of", "today", "where"),
    [
        ("Quý I/2026", "2026-03-31", "31/3/2026", []),
        ("Quý I/2026", "2026-03-22", "22/3/2026", []),  # the last ten days
        ("Quý I/2026", "2026-03-21", "21/3/2026", ["period"]),
        ("Quý I/2026", "2026-04-05", "7/4/2026", []),
        ("Quý I/2026", "2026-04-01", "31/3/2026", ["figures_as_of"]),
        ("Quý I/2026", "2025-12-31", "31/3/2026", ["figures_as_of"]),
        ("Năm 2026", "2026-03-31", "31/3/2026", ["period"]),
        ("đợt 1", "2026-03-31", "31/3/2026", []),
    ],
)
def test_b2_period_has_ended(period, as_of, today, where):
    assert places("period_ended", act(report(period, as_of), "submit", today=day(today))) == where


def test_b2_an_office_may_ask_before_the_period_ends():
    asked = report("Năm 2026", "2026-11-20", nominal_due=date(2026, 11, 30))
    assert places("period_ended", act(asked, "submit", today=date(2026, 11, 21))) == []
    assert places("period_ended", act(asked, "submit", today=date(2026, 11, 20))) == ["period"]


@pytest.mark.parametrize(
    ("printed", "where"),
    [
        ("31/3/2026", []),
        ("30/3/2026", ["dated_on"]),
        ("1/3/2026", ["dated_on", "dated_on"]),
        (None, []),
    ],
)
def test_b2_report_is_not_dated_before_its_figures(printed, where):
    one = act(report("Quý I/2026", "2026-03-31"), dated_on=day(printed) if printed else None)
    assert places("dated_after_period", one) == where


@pytest.mark.parametrize(
    ("opened", "closed", "is_open"),
    [
        (datetime(2026, 1, 5, tzinfo=UTC), None, True),
        (None, None, False),
        (datetime(2026, 4, 1, tzinfo=UTC), None, False),
        (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC), False),
        (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC), True),
    ],
)
def test_campaign_is_open(opened, closed, is_open):
    paper = document(campaign=cast.campaign(opened_at=opened, closed_at=closed))
    assert (GUARDS["campaign_open"](act(paper)) == []) is is_open


def test_archive_waits_for_the_end_of_the_year():
    paper = document()
    assert GUARDS["year_closed"](act(paper, "archive", today=date(2026, 12, 31)))
    assert GUARDS["year_closed"](act(paper, "archive", today=date(2027, 1, 1))) == []
    paper.campaign.closed_at = datetime(2026, 12, 1, tzinfo=UTC)
    assert GUARDS["year_closed"](act(paper, "archive", today=date(2026, 12, 2))) == []


def test_r31_text_is_what_was_stored():
    paper = document()
    revision = paper.current
    revision.salt = new_salt()
    revision.content_hash = content_hash(
        revision.title, revision.content, revision.basis, revision.dated_on, revision.salt
    )
    assert GUARDS["content_unchanged"](act(paper)) == []
    revision.content = {**revision.content, "text": "đã sửa lén"}
    [reason] = GUARDS["content_unchanged"](act(paper))
    assert reason.rule == "R31"
    revision.salt = None  # erased
    assert GUARDS["content_unchanged"](act(paper))


def test_every_guard_has_a_docstring_and_an_unknown_name_is_not_passed_over():
    assert all(function.__doc__ for function in GUARDS.values())
    assert guards_named(["complete"]) == [GUARDS["complete"]]
    with pytest.raises(LookupError, match="bogus"):
        guards_named(["complete", "bogus"])
    with pytest.raises(RuntimeError):
        guard("complete")(lambda _act: [])
