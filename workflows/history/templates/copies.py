"""What is told of a copy that went to another superior (`workflows.history`)."""

from __future__ import annotations

from workflows.refusal import N_

OF_COPIES = {
    "copy_received": N_("%(actor)s%(as)s nhận bản sao tại %(body)s%(details)s."),
    "copy_requested": N_("%(actor)s%(as)s cho ý kiến trên bản sao%(details)s."),
    "copy_answered": N_("%(actor)s%(as)s trả lời ý kiến trên bản sao%(details)s."),
}
