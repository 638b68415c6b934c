"""How a mail leaves the house: by SMTP, or into a folder when no SMTP_URL is set."""

import os
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from config import Settings
from workflows.delivery import NotTaken
from workflows.letters import Mail

SMTP_PATIENCE = 10  # seconds for one exchange
FOR_GOOD = 500  # from this code on a server means what it says (RFC 5321, 4.2.1)


def mailer(settings: Settings) -> Callable[[Mail], None]:
    """A function that sends one mail or raises `OSError` (SMTP errors are that too)."""
    if settings.smtp_url is None:
        return lambda mail: write(message(mail, settings.mail_from), settings.mail_dir)
    url = settings.smtp_url
    return lambda mail: send(message(mail, settings.mail_from), url)


def message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it goes over the wire. Its Message-ID is the same at every attempt."""
    letter = EmailMessage(policy=SMTP_POLICY)
    letter["From"] = sender
    letter["To"] = mail.to
    letter["Subject"] = mail.subject
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = mail.message_id
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = mail.language
    letter.set_content(mail.text)
    return letter


@cache
def _tls() -> ssl.SSLContext:
    """What the system trusts; reading it takes longer than sending a mail."""
    return ssl.create_default_context()


def send(letter: EmailMessage, url: str) -> None:
    """Hands `letter` to the server at `url` (smtp, with STARTTLS where offered, or smtps).

    Raises `NotTaken` with what the server answered, for good when it refuses this address or this
    letter by a 5xx; what it has against this house (a login, a sender) may be mended here, so that
    is tried again. Raises `OSError` when no server answers.
    """
    try:
        _exchange(letter, url)
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        raise NotTaken(_said(code, words), for_good=code >= FOR_GOOD) from None
    except smtplib.SMTPDataError as refused:
        answer = _said(refused.smtp_code, refused.smtp_error)
        raise NotTaken(answer, for_good=refused.smtp_code >= FOR_GOOD) from None
    except smtplib.SMTPResponseException as refused:
        raise NotTaken(_said(refused.smtp_code, refused.smtp_error)) from None


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {text}"


def _exchange(letter: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SMTP_PATIENCE, context=_tls())
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=SMTP_PATIENCE)
    with server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=_tls())
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(letter)


def write(letter: EmailMessage, folder: Path) -> None:
    """Keeps `letter` as a file; the name follows from the Message-ID, so a retry replaces it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = sha256(str(letter["Message-ID"]).encode()).hexdigest()[:24]
    draft = folder / f".{name}.{os.getpid()}"
    draft.write_bytes(letter.as_bytes())
    draft.replace(folder / f"{name}.eml")
