"""What others wrote, on its way to a terminal or a page of Prefect: nothing in it that acts."""

from __future__ import annotations

import json
import re
import unicodedata

from rich.markup import escape

from config.safe_text import safe_text

_ACTS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@$=/])")


def in_table(text: str) -> str:
    """Return `text` for a cell that rich draws: on one line, no escape sequence, no markup.

    >>> in_table("\x1b[2J[red]ba\u202eo")
    '[2J\\\\[red]bao'
    """
    return escape(safe_text(text))


def in_markdown(text: str) -> str:
    """Return `text` for a page in Markdown: letters and figures, with no link, tag or heading among them.

    >>> in_markdown("[bấm](http://a)")
    '\\\\[bấm\\\\]\\\\(http\\\\:\\\\/\\\\/a\\\\)'
    """
    return _ACTS.sub(r"\\\1", safe_text(text))


def in_json(value: object) -> str:
    """Return `value` as JSON, Vietnamese as it is written, what cannot be seen as its number."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return "".join(json.dumps(c)[1:-1] if _is_unseen(c) else c for c in text)


def _is_unseen(character: str) -> bool:
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs")
