"""Who may open what: one line for every route, read against the rules in `rights`.

Nothing of `workflows` or `views` is asked here. A line says for whom a route is, and what it answers
him; everybody else gets the one 404 that hidden and absent share. Requests come as `asking` sends
them: POSTs with a token but empty, or with an old page; where an act is certainly not his, with the
newest page.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.census import answers, rights
from tests.census.answers import (
    HIDDEN,
    NO_LOGIN,
    Line,
    a_list,
    document,
    everybody,
    meeting,
    nobody,
    office,
    office_act,
    records,
    register,
    to,
)
from tests.census.organisation import ADMINISTRATOR, in_the_house

PUBLIC: dict[str, Callable[[str], set[int]]] = {
    "auth.login": lambda login: {303} if in_the_house(login) else {200},
    "auth.log_in": lambda login: {422, 429},
    "auth.enter": lambda login: {422},  # the demo's door, without saying as whom
    "health.healthz": lambda login: {200, 503},
    "preferences.language": lambda login: {303},
    "preferences.theme": lambda login: {303},
    "api.openapi": lambda login: {200},
    "feed.calendar": lambda login: {404, 429},  # a token that nobody was given
}

LINES: dict[str, Line] = {
    # -- one's own desk, and pages that show only what one sees anyway
    "desk.index": everybody(200),
    "menu.index": everybody(200),
    "documents.index": everybody(200),
    "search.index": everybody(200),
    "notices.index": everybody(200),
    "preferences.index": everybody(200),
    "member.index": everybody(200),
    "member.commitment": everybody(302),
    "delegations.index": everybody(200),
    "auth.account": everybody(200),
    "units.index": everybody(200),
    "escalations.index": everybody(200),
    "campaigns.page": everybody(200),
    "units.page": everybody(200),
    "sitting.mine": everybody(200),
    "sitting.month": everybody(200),
    "prints.orders": everybody(200),
    "prints.choose": everybody(200),
    "prints.documents_xlsx": everybody(200),
    "writing.new": everybody(200),
    "writing.begin": everybody(404, 422),
    "delegations.create": everybody(303, 422),
    "notices.read_all": everybody(303),
    "preferences.notices": everybody(303, 422),
    "feed.give": everybody(200),
    "feed.revoke": everybody(303),
    "prints.order": everybody(422),
    "sitting.write": everybody(303, 422),
    "auth.change_password": everybody(422, 429),
    "auth.end_other_sessions": everybody(303),
    "auth.logout": everybody(303),
    # -- what is one person's
    "notices.open_one": to(rights.is_his, 303),
    "auth.end_session": to(rights.is_his, 303),
    "auth.end_token": to(rights.is_his, 303),
    "delegations.revoke": answers.party,
    "prints.fetch": to(lambda login, job: job.author == login and job.state == "done", 200),
    # -- a paper
    "document.page": document,
    "document.revision": answers.text,
    "prints.document": answers.text,
    "receipts.index": everybody(200),
    "receipts.check": everybody(422),  # without a file
    "receipts.mine": everybody(200),
    "receipts.fetch": nobody,  # each takes his own: tests/test_receipts.py
    "compare.page": answers.text,
    "compare.amended": answers.beside_amended,
    "compare.choose": nobody,  # without saying what to compare
    "files.page": answers.beside,
    "files.add": answers.add_file,
    "files.carry": answers.carry,
    "files.download": to(rights.opens_file, 200),
    "files.remove": answers.take_away,
    "acts.ask": answers.act_form,
    "acts.perform_act": answers.act,
    "writing.revise": answers.act_form,
    "writing.keep": answers.act,
    "recorded.compare": answers.signed,
    "recorded.confirm": answers.sign,
    "recorded.correct": answers.signed,
    "recorded.put_right": answers.sign,
    "recorded.explanation": answers.finding,
    "recorded.explain": answers.finding,
    "copies.receive": nobody,  # no copy of anything goes out in this house
    "copies.request_answer": nobody,
    "copies.answer": nobody,
    # -- a meeting
    "sitting.page": meeting,
    "sitting.item": to(rights.reads_item, 200),
    "files.of_minutes": to(rights.reads_minutes, 200),
    "prints.minutes": to(rights.reads_minutes, 200),
    "sitting.save": answers.keeps_meeting(200, 303, 409, 422),
    "sitting.attend": answers.keeps_meeting(200, 303, 409, 422),
    "sitting.cancel": answers.keeps_meeting(303, 409, 422),
    "sitting.confirm": answers.keeps_meeting(303, 403, 409, 422),
    "sitting.mark_item": answers.keeps_meeting(200, 303, 404, 409, 422),
    "sitting.review_member": answers.keeps_meeting(200, 303, 404, 409, 422),
    "sitting.reopen": answers.keeps_meeting(303, 409, 422),
    "sitting.scan": answers.keeps_meeting(409, 422),
    "sitting.index": answers.meetings_of,
    "sitting.begin": answers.begin_meeting,
    # -- a list of commitments
    "lists.page": a_list,
    "lists.receive": to(rights.on_the_list, 303, 422),
    "prints.commitment_list": a_list,
    "prints.commitment_list_xlsx": a_list,
    # -- what climbed
    "obligations.page": to(rights.watches, 200),
    "obligations.extend": to(rights.watches, 422),  # without a reason, before who may is asked
    "obligations.waive": to(rights.watches, 422),
    "escalations.page": to(rights.hears, 200),
    "escalations.state": to(rights.hears, 403, 409, 422),
    "escalations.answer": to(rights.hears, 403, 409, 422),
    "escalations.late": to(rights.reads_late_list, 200),
    # -- a unit
    "cell.index": to(rights.works_at, 200),
    "cell.receive": to(rights.works_at, 422),
    "cell.report": to(rights.works_at, 422),
    "example.page": answers.secretary_s,
    "committee.index": to(rights.looks_down_on, 200),
    "prints.matrix_xlsx": to(rights.looks_down_on, 200),
    "prints.reminder": to(rights.writes_to, 200),
    "prints.letter": to(rights.writes_to, 422),
    "in_person.index": to(rights.tells, 200),
    "in_person.tell": to(rights.tells, 422),
    "inspector.index": answers.inspection,
    "inspector.log": to(rights.inspects, 200),
    "inspector.inspection": to(rights.knows_inspection, 200),
    "inspector.ask_act": to(rights.carries_out, 200, 409),
    "inspector.act": to(rights.carries_out, 403, 409, 422),  # an old page decides nothing
    "inspector.team": to(rights.carries_out, 200),
    "inspector.change_of_team": to(rights.carries_out, 422),
    "inspector.new_inspection": answers.inspection,
    "inspector.create_inspection": answers.inspection_form,
    "inspector.received": everybody(200),
    "inspector.papers": to(rights.reads_in_it, 200),
    "inspector.ask_text": to(rights.reads_in_it, 200),
    "inspector.open_text": to(rights.reads_in_it, 422),  # without a reason
    "inspector.text": to(rights.is_his, 200),
    "inspector.readings": to(rights.sees_what_was_read, 200),
    "inspector.dossier": to(rights.carries_out, 200),
    "inspector.dossier_whole": to(rights.carries_out, 200),
    "inspector.dossier_order": to(rights.carries_out, 303, 422),
    "inspector.dossier_file": nobody,  # nobody's order
    "inspector.piece": to(rights.carries_out, 200),
    "inspector.write_piece": to(rights.carries_out, 409, 422),  # an old page writes nothing
    "inspector.another_part": to(rights.carries_out, 422),  # there is one plan only
    "inspector.print_piece": to(rights.carries_out, 200),
    "inspector.offer_minutes": nobody,  # of a piece that is not written
    "inspector.reopen_minutes": nobody,
    "inspector.add_piece_file": nobody,
    "inspector.piece_file": nobody,
    "inspector.remove_piece_file": nobody,
    "inspector.minutes": nobody,  # of none
    "inspector.sign_minutes": nobody,
    "inspector.minutes_scan": nobody,
    "inspector.confirm_scan": nobody,
    "inspector.print_minutes": nobody,
    "inspector.inspection_minutes": to(rights.knows_inspection, 200),
    "inspector.inspection_findings": to(rights.knows_inspection, 200),
    "inspector.new_finding": to(rights.carries_out, 200),
    "inspector.note_finding": to(rights.carries_out, 422),
    "inspector.change_finding": nobody,
    "inspector.withdraw_finding": nobody,
    "inspector.answer_finding": nobody,
    "inspector.inspection_conclusions": to(rights.knows_inspection, 200),
    "inspector.require_conclusion": to(rights.carries_out, 422),
    "inspector.requirements": everybody(200),
    "inspector.conclusion": nobody,
    "inspector.conclusion_file": nobody,
    "inspector.change_conclusion": nobody,
    "inspector.drop_conclusion": nobody,
    "inspector.report_conclusion": nobody,
    "inspector.confirm_conclusion": nobody,
    "inspector.return_conclusion": nobody,
    "inspector.ask_pair": nobody,  # without saying which two
    "inspector.open_pair": nobody,
    "inspector.pair": nobody,
    "inspector.paper": to(rights.traces, 200),
    "inspector.events": answers.inspection,
    "inspector.question_index": answers.inspection,
    "inspector.question": answers.inspection,
    "inspector.question_xlsx": answers.inspection,
    "inspector.question_csv": answers.inspection,
    "api.inspection": to(rights.knows_inspection, 200),
    "api.inspection_question": to(rights.carries_out, 200),
    "inspector.export_orders": answers.inspection,
    "inspector.order_export": answers.inspection_form,
    "inspector.fetch_export": nobody,  # an order for prints is none for an export
    # -- its register, and papers signed outside
    "clerk.index": register,
    "clerk.book": to(rights.works_at, 200, 404),  # an empty register has no book
    "prints.book": to(rights.works_at, 200, 404),
    "clerk.new_paper": register,
    "clerk.enter_paper": to(rights.works_at, 422),
    "clerk.new_voided": register,
    "clerk.void_unused": to(rights.works_at, 422),
    "clerk.ask_void": register,
    "clerk.void": to(rights.works_at, 422),
    "clerk.printed": to(rights.works_at, 303, 422),
    "clerk.filed": to(rights.works_at, 303, 422),
    "recorded.index": records,
    "recorded.new": records,
    "recorded.record": nobody,  # without saying what kind of paper it is
    "recorded.confirm_many": to(rights.records_for, 422),
    "recorded.takeover": records,
    "recorded.look_ahead": to(rights.records_for, 422),
    "recorded.take_over": to(rights.records_for, 422),
    "recorded.template": records,
    # -- typing for the members of a cell
    "proxies.index": to(rights.types_somewhere, 200),
    "proxies.template": to(rights.types_for, 200),
    "proxies.preview": to(rights.types_for, 422),
    "proxies.keep_table": to(rights.types_for, 422),
    "proxies.write": to(rights.types_for, 200, 409),
    "proxies.keep": to(rights.types_for, 303, 409, 422),
    "proxies.sign": to(rights.types_for, 409, 422),
    "proxies.printed_form": answers.typed,
    # -- the administrator's office: no document, no text of anybody
    **dict.fromkeys(
        (
            "administrator.index", "administrator.accounts", "administrator.calendar",
            "administrator.delegations", "administrator.import_organisation",
            "administrator.import_template", "administrator.levels", "administrator.people",
            "administrator.person", "administrator.new_person", "administrator.slips_page",
            "administrator.system", "administrator.unit", "administrator.new_unit",
            "administrator.closing_unit", "administrator.terms", "administrator.campaigns",
            "administrator.new_campaign", "administrator.campaign",
            "administrator.amendment", "administrator.deliveries",
        ),
        office,
    ),
    **dict.fromkeys(
        (
            "administrator.term", "administrator.new_delegation",
            "administrator.set_administrator", "administrator.reset_password",
            "administrator.resume", "administrator.end_sessions", "administrator.suspend",
            "administrator.make_slips", "administrator.set_day", "administrator.clear_day",
            "administrator.set_year",
            "administrator.revoke_delegation", "administrator.import_file",
            "administrator.create_level", "administrator.create_usual_levels",
            "administrator.create_person", "administrator.edit_person",
            "administrator.add_absence", "administrator.end_absence",
            "administrator.create_account", "administrator.depart", "administrator.join",
            "administrator.change_membership", "administrator.give_post",
            "administrator.create_delegation", "administrator.end_post",
            "administrator.create_unit", "administrator.edit_unit", "administrator.attach_unit",
            "administrator.close_unit", "administrator.cancel_closing", "administrator.add_line",
            "administrator.end_line", "administrator.rename_unit", "administrator.add_term",
            "administrator.change_term", "administrator.create_campaign",
            "administrator.open_campaign", "administrator.drop_campaign",
            "administrator.amend_campaign", "administrator.send_again",
            "administrator.send_all_again", "administrator.note_bounces",
        ),
        office_act,
    ),
    # -- the same for programs
    **dict.fromkeys(
        ("api.campaigns", "api.documents", "api.escalations", "api.inspections",
         "api.me", "api.obligations", "api.tasks", "api.units"),
        everybody(200),
    ),
    "api.obligation": to(rights.watches, 200),
    "api.waive_obligation": to(rights.watches, 422),
    "api.extend_obligation": to(rights.watches, 422),
    "api.answer_escalation": to(rights.hears, 403, 409, 422),
    "api.state_reason": to(rights.hears, 403, 409, 422),
    "api.create_document": everybody(422),
    "api.record_paper": everybody(422),
    "api.document": document,
    "api.history": document,
    "api.revision": document,  # without the text where that is not for him
    "api.revise": answers.act,
    "api.act": answers.act,
}  # fmt: skip

POLICIES = {"public": set(PUBLIC), "administrator": {n for n in LINES if "administrator." in n}}


def expected(endpoint: str, method: str, login: str, subject: object, act: str = "") -> set[int]:
    """The statuses that are right. Raises KeyError for a route without a line."""
    program = endpoint.startswith("api.")
    if endpoint not in PUBLIC and endpoint not in LINES:
        raise KeyError(f"no line in the oracle for {endpoint}")
    if method in ("PUT", "PATCH", "DELETE"):
        return {405}  # no route of this house knows them
    if method == "OPTIONS" and endpoint in PUBLIC:
        return {200}
    if endpoint in PUBLIC:
        return PUBLIC[endpoint](login)
    if not in_the_house(login):
        return {401} if program else NO_LOGIN
    if method == "OPTIONS":  # names the methods of the address, whatever it leads to
        return HIDDEN if endpoint in POLICIES["administrator"] and login != ADMINISTRATOR else {200}
    return LINES[endpoint](login, subject, act)
