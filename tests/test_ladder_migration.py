"""An office at work goes back to the one rung there was, and up again: nothing is lost that was known."""

import sqlalchemy as sa
from flask import Flask

from models.base import db
from models.deadline import Deadline, Escalation
from tests.cast import Office
from tests.test_ladder_hearers import LONG_AFTER, plan_of
from workflows.ladder import sweep


def test_down_and_up_with_rungs_climbed(app: Flask) -> None:
    with app.app_context():
        office = Office()
        late, top = plan_of(office, "CELL").id, plan_of(office, "PROVINCE").id
        sweep(LONG_AFTER)
        db.session.remove()
    runner = app.test_cli_runner()
    for command in (["db", "downgrade", "0003"], ["db", "upgrade"]):
        result = runner.invoke(args=command)
        assert result.exit_code == 0, result.output
    with app.app_context():
        rows = db.session.execute(
            sa.select(Escalation.task_id, Escalation.rung, Escalation.step)
        ).all()
        of_the_late = [tuple(row)[1:] for row in rows if row.task_id == late]
        assert of_the_late == [(2, "superior")]
        assert [tuple(row)[1:] for row in rows if row.task_id == top] == [(1, "secretary")]
        rung = sa.select(Deadline.rung, Deadline.fires_at).where(Deadline.task_id == late)
        assert tuple(db.session.execute(rung).one()) == (2, None)
        db.session.remove()
