"""Whether every log is the tree that its head keeps, with nothing lost, added or moved in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from models.queries import trail as rows
from workflows.refusal import N_
from workflows.trail import merkle
from workflows.trail.report import Report
from workflows.trail.verify_checkpoints import Signed, Stamps
from workflows.trail.verify_event import Contents, Leaves, Wrong
from workflows.trail.verify_instants import Beside

Page = list[tuple[Any, ...]]  # rows that begin with unit, place and hash


def check_logs(snapshot: rows.Snapshot, contents: Contents, report: Report) -> None:
    """Looks at the places, hashes and instants of every event; what is wrong with its contents was
    found before, and also whether they are what was hashed."""
    _check(snapshot, rows.places(snapshot), contents, report)
    for erased, logged in (
        (contents.erased, contents.logged),
        (contents.erased_texts, contents.logged_texts),
    ):
        for at, count in sorted(erased.items()):
            if count > logged[at]:
                report.add(
                    N_("%(count)s nội dung bị xóa lúc %(at)s mà không có sự kiện xóa nào ghi lại."),
                    count=count - logged[at],
                    at=at,
                )


def check_hashes(snapshot: rows.Snapshot, report: Report) -> None:
    """Looks only at places, leaves and hashes."""
    _check(snapshot, rows.hashes(snapshot), None, report)


def _check(
    snapshot: rows.Snapshot, pages: Iterator[Page], contents: Contents | None, report: Report
) -> None:
    heads = {head.unit_id: head for head in rows.heads(snapshot)}
    signed = Signed(snapshot, {head.unit_id: head.code for head in heads.values()}, report)
    for unit_id, parts in groupby(_by_unit(pages), key=itemgetter(0)):
        report.logs += 1
        if unit_id not in heads:
            report.add(N_("Đơn vị số %(id)s đã mất, nhưng sổ của đơn vị ấy còn."), id=unit_id)
            continue
        log = _Log(heads.pop(unit_id), _beside(unit_id, snapshot, contents), signed.of(unit_id))
        for _, page in parts:
            if not log.broken:
                log.add(page, report)
        log.close(report)
    for head in heads.values():
        if head.size:
            _lost(head, 0, report)
    signed.rest()


def _by_unit(pages: Iterable[Page]) -> Iterator[tuple[int, Page]]:
    """The pages cut where one log ends and the next begins."""
    for page in pages:
        if page[0][0] == page[-1][0]:
            yield page[0][0], page
        else:
            for unit_id, part in groupby(page, key=itemgetter(0)):
                yield unit_id, list(part)


def _beside(unit_id: int, snapshot: rows.Snapshot, contents: Contents | None) -> Beside | Leaves:
    """What one log is held against besides its head."""
    if contents is None:
        return Leaves()
    noted = unit_id in contents.behind
    return Beside(contents.first.get(unit_id), noted, partial(rows.leaves, snapshot, unit_id))


class _Log:
    """One log, read from its beginning. It is broken at its first bad event: what follows a gap is
    bad because of it."""

    def __init__(self, head: rows.HeadRow, beside: Beside | Leaves, signed: Stamps) -> None:
        self.head = head
        self.beside = beside
        self.signed = signed
        self.size, self.frontier, self.broken = 0, b"", False

    def add(self, page: Page, report: Report) -> None:
        good, wrong = self._in_place(page)
        if bad := self.beside.first_in(page[:good]):
            good, wrong = bad.seq - self.size, bad.wrong
        report.events += good + bool(wrong)
        if wrong:
            self.broken = True
            self._tell(page[good], self.size + good, wrong, report)
        self._grow([row[2] for row in page[:good]], report)

    def _grow(self, hashes: list[bytes], report: Report) -> None:
        """The tree with these leaves, held against every checkpoint that was signed on the way."""
        while hashes:
            count = min(len(hashes), self.signed.next_size - self.size)
            self.frontier = merkle.grown_by(self.frontier, self.size, hashes[:count])
            self.size += count
            hashes = hashes[count:]
            if self.size == self.signed.next_size and not self.signed.hold(self.frontier, report):
                self.broken = True
                return

    def _in_place(self, page: Page) -> tuple[int, Wrong | None]:
        """How many of these events stand at their places, and what is wrong with the next one."""
        if [row[1] for row in page] == list(range(self.size, self.size + len(page))):
            return len(page), None
        good = next(n for n, row in enumerate(page) if row[1] != self.size + n)
        return good, (
            N_("Sổ của %(unit)s thiếu sự kiện số %(seq)s, sau đó là số %(found)s."),
            {"found": page[good][1]},
        )

    def _tell(self, row: tuple[Any, ...], expected: int, wrong: Wrong, report: Report) -> None:
        text, params = wrong
        document = row[4] if type(self.beside) is Beside else None
        at = min(expected, row[1]) if type(row[1]) is int else expected
        report.add(text, unit=self.head.code, seq=at, document=document, **params)

    def close(self, report: Report) -> None:
        """Holds the log against its head, and against what was signed of it."""
        if self.broken:
            return
        head, size = self.head, self.size
        self.signed.end(size, report)
        if type(head.size) is not int or head.size < size:
            report.add(
                N_(
                    "Sổ của %(unit)s có %(found)s sự kiện, nhưng đầu sổ chỉ ghi %(kept)s: "
                    "đầu sổ bị lùi hoặc sự kiện số %(seq)s bị chèn thêm."
                ),
                unit=head.code,
                seq=max(head.size, 0) if type(head.size) is int else 0,
                found=size,
                kept=head.size or 0,
            )
        elif head.size > size:
            _lost(head, size, report)
        elif head.frontier != self.frontier:
            start, end = _first_difference(head.frontier, self.frontier, size)
            report.add(
                N_(
                    "Sổ của %(unit)s không khớp với đầu sổ: nội dung đã bị viết lại trong khoảng "
                    "từ sự kiện số %(seq)s đến số %(end)s."
                ),
                unit=head.code,
                seq=start,
                end=end - 1,
            )
        elif not self.beside.ends_at(head.latest_at):
            report.add(
                N_("Đầu sổ của %(unit)s ghi sai thời điểm của sự kiện muộn nhất."), unit=head.code
            )


def _lost(head: rows.HeadRow, first: int, report: Report) -> None:
    report.add(
        N_(
            "Sổ của %(unit)s thiếu sự kiện từ số %(seq)s: đầu sổ ghi %(kept)s sự kiện, "
            "chỉ còn %(found)s."
        ),
        unit=head.code,
        seq=first,
        kept=head.size,
        found=first,
    )


def _first_difference(kept: bytes, found: bytes, size: int) -> tuple[int, int]:
    """The range of the first perfect subtree whose root is another one."""
    for i, (start, end) in enumerate(merkle.subtrees(size)):
        place = slice(i * merkle.HASH, (i + 1) * merkle.HASH)
        if kept[place] != found[place]:
            return start, end
    return 0, size
