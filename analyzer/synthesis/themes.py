"""Themes: findings of one kind that say the same, across documents.

With 5-40 interviews, topic models over documents fail; here the findings themselves are grouped, by what their kind
allows: a trigger, a role or a channel by its category, a tool by the product, everything else by meaning
(average-linkage clustering of embeddings, cosine distance). A theme's id comes from its first finding, so it survives
new documents.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analyzer.adapters.protocols import Vectors
from analyzer.records import Finding, Kind, Theme

# By reading the groups of the demo study at 0.52, 0.60, 0.66 and 0.72: below 0.6 nearly every quote stands alone, above
# 0.7 groups of other matters merge.
DISTANCE = 0.66
OTHER_CATEGORY = 0.15
_BY_CATEGORY = (Kind.TRIGGER, Kind.ROLE, Kind.CHANNEL)


def merge_findings(
    findings: Sequence[Finding],
    vectors_of: Callable[[Sequence[Finding]], Vectors],
    product_of: Callable[[str], str] = str,
) -> tuple[Theme, ...]:
    """Every finding in exactly one theme.

    ``vectors_of`` gives (n, dimensions) unit vectors of findings; ``product_of`` the usual name of the product that
    words name ("SFDC" is Salesforce), or the words themselves.
    """
    themes: list[Theme] = []
    for kind in Kind:
        mine = [f for f in findings if f.kind == kind]
        if not mine:
            continue
        vectors = vectors_of(mine)
        for group in _groups(kind, mine, vectors, product_of):
            theme = _theme_of(kind, [mine[i] for i in group], vectors[group])
            themes.append(replace(theme, label=product_of(theme.label)) if kind == Kind.TOOL else theme)
    return tuple(themes)


def _groups(
    kind: Kind, findings: Sequence[Finding], vectors: Vectors, product_of: Callable[[str], str]
) -> Iterable[list[int]]:
    if kind in _BY_CATEGORY:
        return _collect(f.category for f in findings)
    if kind == Kind.TOOL:
        return _collect(product_of(f.claim).casefold() for f in findings)
    return _by_meaning(findings, vectors)


def _collect(keys: Iterable[str]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        groups.setdefault(key, []).append(i)
    return list(groups.values())


def _by_meaning(findings: Sequence[Finding], vectors: Vectors) -> list[list[int]]:
    if len(findings) < 2:
        return [[i] for i in range(len(findings))]
    from sklearn.cluster import AgglomerativeClustering

    distance: NDArray[np.float64] = 1.0 - vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    codes = np.array([f.category for f in findings])
    distance += OTHER_CATEGORY * (codes[:, None] != codes[None, :])
    np.fill_diagonal(distance, 0.0)
    labels = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=DISTANCE
    ).fit_predict(np.maximum(distance, 0.0))
    return _collect(str(label) for label in labels)


def _theme_of(kind: Kind, findings: Sequence[Finding], vectors: Vectors) -> Theme:
    centre = vectors.mean(axis=0)
    # The most central of the well-founded, and short enough to be read as a label.
    weights = [
        float(vector @ centre) + 0.3 * finding.confidence - 0.004 * len(finding.claim.split())
        for finding, vector in zip(findings, vectors, strict=True)
    ]
    typical = weights.index(max(weights))
    category = Counter(f.category for f in findings).most_common(1)[0][0]
    seed = f"{kind.value}|{findings[0].id}"
    return Theme(
        id="t" + hashlib.sha256(seed.encode()).hexdigest()[:10],
        kind=kind,
        category=category,
        label=findings[typical].claim,
        findings=tuple(findings),
    )
