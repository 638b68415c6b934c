"""People at work over HTTP while the house burns: each keeps account of what it was told."""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.cast import PAPER_BASIS, PLAN

PATIENCE = 8.0  # seconds for one answer
NEXT = {  # (state, whether the paper lies with the issuer) → who does what next
    ("drafted", True): ("Chi", "submit"),
    ("submitted", True): ("Dung", "review"),
    ("reviewed", True): ("Sau", "approve"),
    ("approved", True): ("Sau", "report"),
    ("submitted", False): ("Ba", "review"),
    ("reviewed", False): ("Bon", "approve"),
    ("approved", False): ("Binh", "report"),
    ("reported", False): ("Xuan", "receive"),
    ("returned", True): ("Chi", "submit"),
}
NOT_WRITTEN = "Kho dữ liệu đang không nhận ghi. Chưa có gì bị thay đổi; chờ ít phút rồi làm lại."
NOT_READ = "Kho dữ liệu chưa trả lời. Chờ ít phút rồi mở lại trang này."
NEXT_NUMBER = re.compile(r"(?:số|Số) tiếp theo là (\d+)-KH/CB")


@dataclass
class Account:
    """What was tried and what was acknowledged, by all clients together."""

    tried: set[tuple[int, int, str]] = field(default_factory=set)  # document, new version, act
    acknowledged: list[tuple[int, int, str]] = field(default_factory=list)
    titles_tried: set[str] = field(default_factory=set)
    titles_acknowledged: dict[str, int] = field(default_factory=dict)
    unanswered: int = 0
    answers: dict[int, int] = field(default_factory=dict)  # by HTTP status
    wrong: list[str] = field(default_factory=list)  # answers nobody may get
    lock: threading.Lock = field(default_factory=threading.Lock)
    following: int = 11  # the next number of the cell's plans, as far as the clients know


class Client(threading.Thread):
    """Takes one plan after the other up its whole way, until told to stop."""

    def __init__(
        self, name: str, port: int, tokens: dict[str, str], account: Account, seed: int
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.port, self.tokens, self.account = port, tokens, account
        self.dice = random.Random(seed)
        self.over = threading.Event()
        self.made = 0

    def run(self) -> None:
        document: dict[str, Any] | None = None
        while not self.over.is_set():
            if document is None:
                document = self.begin()
            else:
                document = self.advance(document)
            self.over.wait(self.dice.uniform(0, 0.05))

    def begin(self) -> dict[str, Any] | None:
        self.made += 1
        title = f"Kế hoạch {self.name}-{self.made}"
        with self.account.lock:
            self.account.titles_tried.add(title)
        body = {
            "kind": "plan",
            "unit": "CELL",
            "campaign": "CD-2026",
            "title": title,
            "content": PLAN,
            "basis": PAPER_BASIS,
        }
        status, answer = self.ask("Chi", "POST", "/documents", body)
        if status == 201:
            with self.account.lock:
                self.account.titles_acknowledged[title] = answer["id"]
                self.account.acknowledged.append((answer["id"], 1, "create"))
            return answer
        return None

    def advance(self, document: dict[str, Any]) -> dict[str, Any] | None:
        """The next act on the document as last seen; afterwards it is looked at again."""
        step = NEXT.get((document["state"], document["stage"] == 0))
        if step is None:
            return None
        name, act = step
        body: dict[str, Any] = {"revision": document["revision"], "version": document["version"]}
        if (name, act) == ("Sau", "approve"):
            body |= {
                "number": f"{self.account.following:02d}-KH/CB",
                "dated_on": datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat(),
                "minutes": "05-BB/CB",
                "votes": {"present": 4, "for": 4, "against": 0},
            }
        if name == "Binh":
            body["via"] = "WARD-XDD"
        attempt = (document["id"], document["version"] + 1, act)
        with self.account.lock:
            self.account.tried.add(attempt)
        path = f"/documents/{document['id']}"
        status, answer = self.ask(name, "POST", f"{path}/actions/{act}", body)
        if status == 200:
            with self.account.lock:
                self.account.acknowledged.append(attempt)
            if act == "receive":
                return None
            if answer.get("version") != attempt[1]:
                self.account.wrong.append(f"{attempt}: answered version {answer.get('version')}")
        while not self.over.is_set():
            status, seen = self.ask("Sau", "GET", path)
            if status == 200:
                # A receipt whose answer was lost leaves the state as it was, and nobody to wait for.
                rests = seen["state"] == "reported" and seen["holder"] is None
                return None if rests else seen
            time.sleep(0.1)
        return None

    def ask(
        self, who: str, method: str, path: str, body: object = None
    ) -> tuple[int, dict[str, Any]]:
        """One request; status 0 when there was no whole answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {
            "Authorization": f"Bearer {self.tokens[who]}",
            "Content-Type": "application/json",
        }
        try:
            text = json.dumps(body).encode() if body is not None else None
            connection.request(method, f"/api/v1{path}", text, headers)
            response = connection.getresponse()
            status, answer = response.status, json.loads(response.read())
            patience = response.headers.get("Retry-After")
        except (OSError, http.client.HTTPException, ValueError):
            with self.account.lock:
                self.account.unanswered += 1
            time.sleep(0.1)
            return 0, {}
        finally:
            connection.close()
        with self.account.lock:
            self.account.answers[status] = self.account.answers.get(status, 0) + 1
            # Another has taken the number meanwhile: the answer names the next one.
            if status == 422 and (proposed := NEXT_NUMBER.search(str(answer))):
                self.account.following = int(proposed[1])
                return status, answer
            # After a lost answer the same act may be refused as done (409); nothing else goes wrong.
            told = NOT_READ if method == "GET" else NOT_WRITTEN
            fair = status == 503 and answer.get("detail") == told and patience is not None
            if status not in (200, 201, 409) and not fair:
                self.account.wrong.append(f"{who} {method} {path}: {status} {answer}")
        return status, answer
