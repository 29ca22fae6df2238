"""Utterances as vectors: a small transformer, run by onnxruntime in whole numbers of eight bits.

It is all-MiniLM-L6-v2 (Apache 2.0; Wang and others, "MiniLM", NeurIPS 2020; Reimers and Gurevych, "Sentence-BERT",
EMNLP 2019), fine-tuned once on the phrases of the skill by `tools/fine_tune.py`. What it makes of an utterance is the
mean of its last layer over the word pieces. One file serves every language that has none of its own.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from skill.nlu.files import encoder_files
from skill.nlu.model_file import ModelFileError

Floats = npt.NDArray[np.float32]

MAX_PIECES = 64
"""Word pieces read at a time, the two marks at the ends among them; Alexa seldom hands over as many."""
STEP = 31
"""Of a longer utterance, as many pieces lie between the beginnings of two windows."""
MAX_WINDOWS = 8
"""Windows read of an utterance; of a longer one the first and the last half of them."""


class Encoder:
    """The encoder of one language."""

    def __init__(self, weights: Path, vocabulary: Path) -> None:
        """Raises `ModelFileError` for files that are missing or cannot be used."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a server has other requests to answer
        options.log_severity_level = 3
        try:
            with weights.open("rb"):  # says why where it cannot; onnxruntime reads it itself, and would keep its bytes
                self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
            (output,) = self._session.get_outputs()
            self.size = int(output.shape[-1])
            """E, how many numbers a vector has."""
        except OSError as error:
            raise ModelFileError(f"{weights}: {error.strerror}; it comes with the skill, install it anew") from error
        except Exception as error:  # onnxruntime's own errors have no common class
            raise ModelFileError(f"{weights}: no encoder in it ({type(error).__name__}); install it anew") from error
        try:
            self._pieces = Tokenizer.from_file(str(vocabulary))
        except Exception as error:  # tokenizers raises Exception itself
            raise ModelFileError(
                f"{vocabulary}: no word pieces in it; it comes with the skill, install it anew"
            ) from error
        self._pieces.no_padding()
        self._pieces.no_truncation()

    def windows(self, text: str) -> list[list[int]]:
        """The word pieces of a text, as many windows as it takes; the first holds its beginning."""
        encoded: list[int] = self._pieces.encode(text).ids
        first, *inner, last = encoded
        room = MAX_PIECES - 2
        starts = list(range(0, max(1, len(inner) - room + STEP), STEP))
        if len(starts) > MAX_WINDOWS:
            starts = starts[: MAX_WINDOWS // 2] + starts[-MAX_WINDOWS // 2 :]
        return [[first, *inner[start : start + room], last] for start in starts]

    def embed(self, text: str) -> Floats:
        """(W, E) float32: a vector for each window of a text, nearly always one."""
        return np.concatenate([self.vector(window) for window in self.windows(text)])

    def vector(self, window: Sequence[int]) -> Floats:
        """(1, E) float32 of one window. Windows never run side by side: each has a scale of its own in eight bits."""
        ids = np.asarray([window], np.int64)
        found: Floats = self._session.run(None, {"input_ids": ids})[0]
        return found


class Encoders:
    """The encoders of a folder of interaction models, each read once, however many languages share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[tuple[Path, Path], Encoder] = {}

    def of(self, language: str) -> Encoder:
        """The encoder of a language; raises `ModelFileError` for one that cannot be used."""
        files = encoder_files(self._folder, language)
        if files not in self._read:
            self._read[files] = Encoder(*files)
        return self._read[files]
