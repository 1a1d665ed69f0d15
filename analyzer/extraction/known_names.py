"""The people and companies a study knows, found in words: full names in any case, parts of them where they are names.

A caller gains spans of persons and companies. Full names are found however they are written (case, accents, "Ortiz,
Dana", "Kessel and Brandt"); a first or family name or a company's short form alone counts where it has a capital. What
the document is about (who takes part, its account) is looked for harder than the rest of the study: an account that is
called like a plain word of the document ("Summit") counts only by its full name. What we sell, competitors and tools
are found too, and left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.extraction.private_details import Span
from analyzer.extraction.titles import find_titles
from analyzer.extraction.words import STOP_WORDS, word_set
from analyzer.product import Product
from analyzer.reading.guesses.naming import is_distinctive, plain_words
from analyzer.reading.wordlists import words
from analyzer.records import Account, Contact, Document, Participant

PERSON, COMPANY, KEPT = "PERSON", "COMPANY", ""

_TOKEN = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_GAP = re.compile(r"[\s.'’\u2010\u2011&+,_/-]{1,3}")
_JOINERS = frozenset(("and", "und", "et", "y"))
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_BRACKETS = re.compile(r"\s*[(\[{].*")
_OWNED = re.compile(r"^(?P<name>.+?)['’]s\s")

# Names that are plain words too: at the start of a sentence, before such a word, they are read as the word.
_WORDS_TOO = word_set(
    """will mark may april june august grace rose hope faith art bill frank jack pat sue drew chase grant dean summer
    dawn joy ray rich rob sandy wade price cash young long king best field banks bush case cook day english fox good
    gray grey green brown white black hall head hill hunt lane law major marsh page park parks pool power read rush
    sharp short small stone street swift walker wall ward waters weeks wells west wise wood woods north south east
    miles penny holly ivy olive robin star christian cliff clay don earl gene guy hunter iris lance lily max merit norm
    pearl pepper pierce randy reed ruby rusty sage skip trip violet
    target shell indeed apple orange gap visa square stripe block next"""
)
_BEFORE_VERBS = word_set(
    """you we they he she it i the a an this that these those your our my his her their its us me them there to of in
    on at for with and or not all any some no do did be have"""
)
_BEFORE_DAYS = word_set(
    """in by since until till last next this early late mid end of from to through before after every on around
    during between and or per one each"""
)
_FEW_CAPITALS = 0.01


@dataclass(frozen=True, slots=True)
class _Form:
    """A way a name is written. ``rank`` decides between forms of one length; ``whole`` counts in any case."""

    tokens: tuple[str, ...]
    kind: str
    entity: str
    rank: int
    whole: bool


class _Forms:
    """Forms by their first token."""

    def __init__(self, forms: Iterable[_Form]) -> None:
        by_tokens: dict[tuple[str, ...], _Form] = {}
        for form in forms:
            known = by_tokens.get(form.tokens)
            if known is None or (form.whole, form.rank) > (known.whole, known.rank):
                by_tokens[form.tokens] = form
            elif not known.whole and known.entity != form.entity and known.rank == form.rank and known.kind:
                # Two people of one first name: nobody can tell which of them is meant.
                by_tokens[form.tokens] = _Form(form.tokens, form.kind, " ".join(form.tokens), form.rank, False)
        self._by_first: dict[str, list[_Form]] = {}
        for tokens, form in by_tokens.items():
            self._by_first.setdefault(tokens[0], []).append(form)

    def beginning(self, token: str) -> Sequence[_Form]:
        return self._by_first.get(token, ())


@dataclass(frozen=True, slots=True)
class _Token:
    norm: str
    start: int
    end: int
    is_capital: bool


class KnownNames:
    """The names of a study, indexed once for all its documents."""

    def __init__(self, accounts: Sequence[Account], contacts: Sequence[Contact], product: Product) -> None:
        ours = (product.name, product.company, *product.competitors, *product.complements, *product.red_flag_tools)
        self._ours = frozenset(plain_words(name) for name in ours if name)
        self._kept = tuple(_kept_forms(filter(None, ours), 3))
        self._contacts = contacts
        self._accounts = tuple(a for a in accounts if plain_words(a.name) not in self._ours)
        forms = [form for a in self._accounts for form in _company_forms(a.name, a.domain, 0)]
        forms += [form for c in contacts for form in _person_forms(c.name, 0)]
        tools = (p.name for p in load_gazetteer().products)
        self._forms = _Forms([*forms, *_kept_forms(tools, 1)])
        self._uncased = tuple(
            _uncased([(COMPANY, a.name) for a in self._accounts] + [(PERSON, c.name) for c in contacts])
        )

    def of(self, document: Document) -> DocumentNames:
        """The same, seen from one document."""
        people: list[Participant] = list(document.participants)
        forms: list[_Form] = list(self._kept)
        named = [(PERSON, name) for p in people for name in (p.name, *p.labels)]
        account = plain_words(document.account)
        named += [(PERSON, c.name) for c in self._contacts if account and plain_words(c.account) == account]
        companies = {document.account: "", **{p.company: "" for p in people}}
        companies |= {a.name: a.domain for a in self._accounts if account and plain_words(a.name) == account}
        for person in people:
            for name in (person.name, *person.labels):
                forms += _person_forms(name, 2, person.name)
        for kind, name in named[sum(1 + len(p.labels) for p in people) :]:
            forms += _person_forms(name, 2) if kind == PERSON else ()
        for name, domain in companies.items():
            if name and plain_words(name) not in self._ours:
                forms += _company_forms(name, domain, 2)
                named.append((COMPANY, name))
        tokens = _tokens(document.text)
        lower = frozenset(token.norm for token in tokens if not token.is_capital)
        capitals = sum(token.is_capital for token in tokens)
        return DocumentNames(
            _Forms(forms),
            self._forms,
            lower,
            capitals < _FEW_CAPITALS * len(tokens),
            (*_uncased(named), *self._uncased),
        )


@dataclass(frozen=True, slots=True)
class DocumentNames:
    """Finds the known names in the words of one document, or in words about it."""

    _own: _Forms = field(repr=False)
    _others: _Forms = field(repr=False)
    _lower: Collection[str] = field(repr=False)
    _lacks_capitals: bool
    _uncased: tuple[tuple[str, str], ...] = field(repr=False)

    def find(self, text: str, loosely: bool = False) -> Iterator[Span]:
        """Spans in order of place. ``loosely`` counts names alone in any case, as in names of files."""
        tokens = _tokens(text)
        place = 0
        while place < len(tokens):
            form, size = self._match(text, tokens, place, loosely or self._lacks_capitals)
            if form is not None and form.kind:
                start, end = tokens[place].start, tokens[place + size - 1].end
                yield Span(start, end, form.kind, form.entity)
            place += size
        for kind, name in self._uncased:
            at = text.find(name)
            while at >= 0:
                yield Span(at, at + len(name), kind, name)
                at = text.find(name, at + len(name))

    def _match(self, text: str, tokens: Sequence[_Token], place: int, loosely: bool) -> tuple[_Form | None, int]:
        best: tuple[int, int, _Form] | None = None
        norm = tokens[place].norm
        for forms in (self._own, self._others):
            for form in forms.beginning(norm):
                size = _length(form.tokens, text, tokens, place)
                if not size or not self._counts(form, text, tokens, place, size, loosely):
                    continue
                weight = (size, form.rank + (2 if form.whole and form.rank == 2 else 0))
                if best is None or weight > best[:2]:
                    best = (*weight, form)
        return (best[2], best[0]) if best else (None, 1)

    def _counts(self, form: _Form, text: str, tokens: Sequence[_Token], place: int, size: int, loosely: bool) -> bool:
        """Whether words that read like this form are the name."""
        if form.whole and len(form.tokens) > 1:
            return True
        token = tokens[place]
        is_own = form.rank >= 2
        if form.whole and not token.is_capital:
            # A company of one word, typed in lower case; "indeed" is mostly no company.
            return is_own and len(token.norm) >= 4 and token.norm not in _WORDS_TOO | STOP_WORDS
        if not token.is_capital:
            return loosely and is_own and len(token.norm) >= 3 and token.norm not in _WORDS_TOO | STOP_WORDS
        if not is_own and form.kind:
            return token.norm not in self._lower and token.norm not in _WORDS_TOO | words("calendar") | STOP_WORDS
        return not _reads_as_word(text, tokens, place, size)


def _reads_as_word(text: str, tokens: Sequence[_Token], place: int, size: int) -> bool:
    token = tokens[place]
    before = text[max(0, token.start - 8) : token.start].rstrip(" \t\"'“‘(*_-")
    follows = tokens[place + size] if place + size < len(tokens) else None
    if token.norm in words("calendar"):
        is_dated = follows is not None and follows.norm[:1].isdigit()
        return is_dated or (place > 0 and tokens[place - 1].norm in _BEFORE_DAYS)
    if token.norm not in _WORDS_TOO | STOP_WORDS or size > 1:
        return False
    opens = not before or before[-1] in ".!?:;\n…"
    return opens and follows is not None and follows.norm in _BEFORE_VERBS and text[token.end : follows.start] == " "


def _length(form: tuple[str, ...], text: str, tokens: Sequence[_Token], place: int) -> int:
    """How many tokens from ``place`` on are this form, 0 if they are not; "and" may stand for "&"."""
    at = place
    for n, wanted in enumerate(form):
        if n:
            if at < len(tokens) and tokens[at].norm in _JOINERS and wanted != tokens[at].norm:
                at += 1
            if at >= len(tokens) or not _GAP.fullmatch(text, tokens[at - 1].end, tokens[at].start):
                return 0
        if tokens[at].norm != wanted:
            return 0
        at += 1
    return at - place


# ------------------------------------------------------------------------------------------------------------- forms


def _tokens(text: str) -> list[_Token]:
    return [_Token(_fold(m.group()), m.start(), m.end(), text[m.start()].isupper()) for m in _TOKEN.finditer(text)]


@lru_cache(maxsize=1 << 15)
def _fold(word: str) -> str:
    spread = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in spread if not unicodedata.combining(c)) or word


def _folded(text: str) -> tuple[str, ...]:
    return tuple(_fold(m.group()) for m in _TOKEN.finditer(text))


def _kept_forms(names: Iterable[str], rank: int) -> Iterator[_Form]:
    for name in names:
        tokens = _folded(name)
        if tokens:
            yield _Form(tokens, KEPT, name, rank, len(tokens) > 1)


def _person_forms(name: str, rank: int, known_as: str = "") -> Iterator[_Form]:
    """Full name, name without what stands in the middle, and each of its parts alone."""
    plain = _BRACKETS.sub("", re.split(r"\s[|/@]\s|\s-\s|@", name, maxsplit=1)[0]).strip()
    owned = _OWNED.match(plain)
    if owned and words("devices") & set(_folded(plain)):
        plain = owned["name"]
    if "," in plain:
        family, _, first = plain.partition(",")
        plain = f"{first.strip()} {family.strip()}".strip()
    parts = [part for part in plain.split() if _folded(part)]
    while parts and parts[0].casefold().strip(".") in words("honorifics") and len(parts) > 1:
        parts.pop(0)
    while len(parts) > 1 and parts[-1].casefold().strip(".,") in _SUFFIXES:
        parts.pop()
    if not parts or _is_role(parts):
        return
    entity = " ".join(_folded(known_as or plain))
    tokens = [_folded(part) for part in parts]
    if len(parts) > 1:
        ends = (tokens[0] + tokens[-1], tokens[-1] + tokens[0])
        for whole in (sum(tokens, ()), *ends, tokens[-1] + sum(tokens[:-1], ())):
            if sum(map(len, whole)) > 2:
                yield _Form(whole, PERSON, entity, rank, True)
        yield _Form(("".join(sum(tokens, ())),), PERSON, entity, rank, False)
    for part in tokens:
        for alone in {part, *((piece,) for piece in part)}:
            letters = "".join(alone)
            if len(letters) < 2 or letters.isdigit() or letters in words("particles") | words("honorifics"):
                continue
            if len(alone) > 1 or len(letters) > 2 or len(parts) == 1:
                yield _Form(alone, PERSON, entity, rank, False)


def _is_role(parts: Sequence[str]) -> bool:
    """ "Speaker 2", "Head of Operations", "Customer": whose name nobody wrote."""
    bare = [part.casefold().strip(".,#:") for part in parts]
    if all(word in words("role_labels") or word.isdigit() or len(word) == 1 for word in bare):
        return True
    if len(bare) == 1 and bare[0] in words("not_speakers") - _WORDS_TOO:
        return True
    text = " ".join(parts)
    return any(m.start == 0 and m.end >= len(text) for m in find_titles(text))


def _company_forms(name: str, domain: str, rank: int) -> Iterator[_Form]:
    """Full name, name without legal form, its beginnings, its first word where that can stand for it, its domain."""
    plain = plain_words(name)
    if not plain:
        return
    entity = " ".join(plain)
    full, bare = _folded(name), tuple(_fold(word) for word in plain)
    for whole in {full, bare, *(bare[:size] for size in range(2, len(bare)))}:
        if len(whole) > 1 or whole == bare:
            yield _Form(whole, COMPANY, entity, rank, True)
    if len(bare) > 1:
        yield _Form(("".join(bare),), COMPANY, entity, rank, True)
        if is_distinctive(plain[0]):
            yield _Form(bare[:1], COMPANY, entity, rank, False)
    site = _folded(re.sub(r"^(?:https?://)?(?:www\.)?", "", domain.casefold()).split("/")[0])
    if len(site) > 1:
        yield _Form(site, COMPANY, entity, rank, True)


def _uncased(named: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Names in scripts without capitals, whose words may have no spaces between them."""
    for kind, name in named:
        letters = [c for c in name if c.isalpha()]
        if len(letters) > 1 and all(c.lower() == c.upper() for c in letters) and not any(c.isdigit() for c in name):
            yield kind, name.strip()
