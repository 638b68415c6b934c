"""The words of a definition, as pages, letters and the log show them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflows.definition import Spec
from workflows.soundness.fault import Both, Found

LONGEST = 120  # letters of a label
BODY = "{body}"  # where the paper lies; of a state
BRACES = re.compile(r"\{[^{}]*\}?|\}")


def check(spec: Spec, found: Found) -> None:
    """Every label is one line that can be shown, with no place to fill but {body}, in a state's."""
    for key, label, places in _labels(spec):
        for language, words in label.items():
            strange = [place for place in BRACES.findall(words) if place not in places]
            if strange:
                known = " / ".join(places)
                found.file_itself(
                    f"{key}.{language}",
                    Both(
                        f"chỗ trống “{strange[0]}” không có", f"“{strange[0]}” is filled by nothing"
                    ),
                    Both(f"Chỉ dùng {known}", f"Use {known} alone") if known else NO_PLACE,
                )
            if not words.isprintable() or len(words) > LONGEST:
                found.file_itself(
                    f"{key}.{language}",
                    Both("không phải một dòng chữ ngắn", "is not one short line of words"),
                    Both(
                        f"Ghi một dòng, nhiều nhất {LONGEST} ký tự, không có ký tự điều khiển",
                        f"Write one line of at most {LONGEST} letters without control characters",
                    ),
                )


NO_PLACE = Both("Bỏ dấu ngoặc nhọn", "Take the braces out")


def _labels(spec: Spec) -> Iterator[tuple[str, dict[str, str], tuple[str, ...]]]:
    """Where each label stands, its words, and the places in it that are filled."""
    yield "label", spec.label, ()
    for name, state in spec.states.items():
        yield f"states.{name}.label", state.label, (BODY,)
        if state.label_later is not None:
            yield f"states.{name}.label_later", state.label_later, (BODY,)
        if state.recorded is not None:
            yield f"states.{name}.recorded.label", state.recorded.label, (BODY,)
    for action in spec.actions:
        yield f"actions.{action.name}.label", action.label, ()
