"""Which files a language's understanding is made of, and the mark by which a learned file is in step with them."""

from hashlib import sha256
from pathlib import Path

MODEL_SUFFIX = "json"
COMPANION = "utterances.txt"
LABELLED = "lines.jsonl"
REPLY_LINES = "replies.jsonl"
WORDS_SUFFIX = "words.toml"
LEARNED_SUFFIX = "learned"
WEIGHTS = "encoder.onnx"
"""One input `input_ids` (1, L) int64, one output `embedding` (1, E) float32."""
VOCABULARY = "encoder.pieces"
"""The word pieces: JSON, in the format of the library `tokenizers`."""


def encoder_files(folder: Path, language: str) -> tuple[Path, Path]:
    """The weights and the word pieces that read a language: its own (`de.encoder.onnx`), else those that all share."""
    prefix = f"{language}." if (folder / f"{language}.{WEIGHTS}").is_file() else ""
    return folder / f"{prefix}{WEIGHTS}", folder / f"{prefix}{VOCABULARY}"


def digest(folder: Path, language: str) -> str:
    """The SHA-256 of all files that a learned file depends on: phrases, lists of words, encoder."""
    summed = sha256()
    own = (folder / f"{language}.{suffix}" for suffix in (MODEL_SUFFIX, COMPANION, LABELLED, REPLY_LINES, WORDS_SUFFIX))
    for path in (*own, *encoder_files(folder, language)):
        summed.update(path.read_bytes() if path.is_file() else b"")
        summed.update(b"\0")
    return summed.hexdigest()
