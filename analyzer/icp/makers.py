"""What made the findings of a draft, as people read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence


def say_makers(before: Iterable[str], after: Iterable[str]) -> tuple[str, str]:
    """What made the findings of each draft, in as few words as tell the two apart; "" for none.

    A signature is extractor|model|prompt|codebook, as in ``records.Maker``; of a model with a digest behind a plus the
    digest alone is said.
    """
    sides = [[signature.split("|") for signature in sorted(some)] for some in (before, after)]
    for say in _MAKER_WORDS:
        said = ["; ".join(dict.fromkeys(say(parts) for parts in some)) for some in sides]
        if said[0] != said[1]:
            break
    return said[0], said[1]


def _short_maker(parts: Sequence[str]) -> str:
    model = parts[1].rpartition("+")[2] if len(parts) > 1 else ""
    return f"extractor {parts[0]}" + (f", model {model}" if model else "")


def _maker(parts: Sequence[str]) -> str:
    named = zip(("extractor", "model", "prompt", "codebook"), parts, strict=False)
    return ", ".join(f"{name} {part}" for name, part in named if part)


_MAKER_WORDS: tuple[Callable[[Sequence[str]], str], ...] = (
    _short_maker,
    lambda parts: _maker(parts[:2]),
    lambda parts: _maker(parts[:3]),
    _maker,
)
