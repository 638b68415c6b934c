"""The witness of this installation for logs elsewhere: one address that takes checkpoints (C2SP
tlog-witness). Its own process with its own folder and key; it needs neither the database nor the web,
and may stand on another machine."""

import time

from flask import Flask, Response, request

from config import Settings
from workflows.trail.note import NotANote
from workflows.trail.witness import request as requests
from workflows.trail.witness.adding import Ahead, Refused, add
from workflows.trail.witness.cosignature import key_of
from workflows.trail.witness.doors import SIZE, STATUS
from workflows.trail.witness.store import opened


def application(settings: Settings | None = None) -> Flask:
    """What gunicorn serves: `POST /add-checkpoint`, and `GET /key`, the witness's verifier key."""
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
        if isinstance(answer, Ahead):
            return _plain(str(answer.size), 409, SIZE)
        if isinstance(answer, Refused):
            return _plain(answer.kind, STATUS[answer.kind])
        return _plain(answer.line.line, 200)

    @app.get("/key")
    def key() -> Response:
        with opened(folder) as store:
            return _plain(key_of(store.signer).text, 200)

    return app


def _plain(text: str, status: int, kind: str = "text/plain") -> Response:
    return Response(text if text.endswith("\n") else f"{text}\n", status, content_type=kind)
