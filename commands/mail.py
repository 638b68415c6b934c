"""flask mail: what did not arrive, from the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from commands.instants import iso
from commands.say import fail, sentences
from models.base import transaction
from models.notification import UNDELIVERED
from workflows import bounces

group = AppGroup("mail", help="Thư gửi đi. / Mail that goes out.")

SHOWN = 100


@group.command("bounced")
@click.argument("words", nargs=-1, required=True, metavar="ADDRESS|MESSAGE-ID|FILE…")
def bounced(words: tuple[str, ...]) -> None:
    """Ghi thư bị trả về. / Note mail that came back.

    Tên một địa chỉ, một Message-ID trong ngoặc nhọn, hoặc một tệp thư báo (RFC 3464). / An address,
    a Message-ID in angle brackets, or a file with a delivery status notification.
    """
    count = 0
    with sentences(), transaction():
        for word in words:
            file = Path(word)
            report = file.is_file()
            found = bounces.read_report(file.read_bytes()) if report else [bounces.named(word)]
            count += bounces.note(found)
    if not count:
        fail("Không có thư nào đã gửi như vậy. / No mail that left is known by that.")
    click.echo(f"Đã ghi {count} thư bị trả về. / {count} mails noted as returned.")


@group.command("trouble")
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def trouble(as_json: bool) -> None:
    """Thư không đến nơi, mới nhất trước. / Mail that did not arrive, newest first."""
    with sentences():
        rows = [
            {
                "id": mail.id,
                "address": mail.address or address,
                "state": mail.state,
                "attempts": mail.attempts,
                "answer": mail.error,
                "at": iso(mail.tried_at) if mail.tried_at else None,
            }
            for mail, address in bounces.log_of(UNDELIVERED, None, SHOWN)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("{id} {address} {state} {attempts} {answer}".format(**row))
    click.echo(f"{len(rows)} thư không đến nơi. / {len(rows)} mails did not arrive.")


@group.command("again")
@click.argument("ids", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="Mọi thư không đến nơi. / All of them.")
def again(ids: tuple[int, ...], everything: bool) -> None:
    """Gửi lại thư không đến nơi. / Send again what did not arrive."""
    if bool(ids) == everything:
        raise click.UsageError("Ghi số của thư, hoặc --all. / Name the mails, or --all.")
    with sentences(), transaction():
        count = bounces.send_all_again() if everything else sum(map(bounces.send_again, ids))
    if not count:
        fail("Không có thư nào để gửi lại. / There is nothing to send again.")
    click.echo(f"Đã xếp {count} thư để gửi lại. / {count} mails will be sent again.")


commands = [group]
