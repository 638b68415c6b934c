"""The witness of this installation for logs elsewhere: one address that takes checkpoints (C2SP
tlog-witness). Its own process with its own folder and key; it needs neither the database nor the web,
and may stand on another machine."""

import time

from flask import Flask, Response, request

from config import Settings
from workflows.trail.note import NotANote
from workflows.trail.witness import request as requests
from workflows.trail.witness.adding import (
    MALFORMED,
    REWRITTEN,
    UNKNOWN,
    UNPROVEN,
    UNSIGNED,
    Ahead,
    Refused,
    add,
)
from workflows.trail.witness.cosignature import key_of
from workflows.trail.witness.doors import SIZE, STALE, STATUS
from workflows.trail.witness.observing import wanted
from workflows.trail.witness.store import opened

SAID = {
    MALFORMED: "The request is no checkpoint with the size from which its proof begins.",
    UNSIGNED: "None of the keys that are watched for this log signed the checkpoint.",
    UNKNOWN: "No installation that is watched here has a log of this origin.",
    UNPROVEN: "The proof does not show that this checkpoint continues the tree seen before; "
    "make it anew for the size from which it begins.",
}


def application(settings: Settings | None = None) -> Flask:
    """What gunicorn serves: `POST /add-checkpoint`; `GET /key`, the witness's verifier key; and `GET
    /wanted/<name>`, lines `<origin> <size>` of the checkpoints that came on paper or without a proof
    that holds: the installation of that name is asked to send its newest checkpoint once more, with
    the proof from that size."""
    folder = (settings or Settings.from_env()).witness_dir
    app = Flask("workers.witness", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = requests.LARGEST

    @app.post("/add-checkpoint")
    def add_checkpoint() -> Response:
        try:
            came = requests.parse(request.get_data().decode())
        except (NotANote, UnicodeDecodeError) as error:
            return _plain(str(error), 400)
        with opened(folder) as store:
            answer = add(store, came, at=int(time.time()))
        if isinstance(answer, Ahead) or (isinstance(answer, Refused) and answer.kind == REWRITTEN):
            return _plain(str(answer.size), STALE, SIZE)
        if isinstance(answer, Refused):
            return _plain(SAID[answer.kind], STATUS[answer.kind])
        return _plain(answer.line.line, 200)

    @app.get("/key")
    def key() -> Response:
        with opened(folder) as store:
            return _plain(key_of(store.signer).text, 200)

    @app.get("/wanted/<path:name>")
    def wanted_of(name: str) -> Response:
        with opened(folder) as store:
            lines = [f"{origin} {size}\n" for origin, size in wanted(store, name)]
        return Response("".join(lines), 200, content_type="text/plain")

    return app


def _plain(text: str, status: int, kind: str = "text/plain") -> Response:
    return Response(text if text.endswith("\n") else f"{text}\n", status, content_type=kind)
