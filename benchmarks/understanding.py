"""How fast free words are understood: loading, the median and the 99th percentile of one utterance, on one core.

Processor time, so that what else runs on the machine does not count.

python benchmarks/understanding.py [FILE.jsonl ...]
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy comes in: the figures are for one core
os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import statistics
import sys
import time
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from skill.core.catalogue import roles_of  # noqa: E402  (after the settings above)
from skill.nlu.classifier import Understanding  # noqa: E402


def milliseconds(understanding: Understanding, text: str) -> float:
    """How long one utterance takes."""
    start = time.process_time()
    understanding.hear(text)
    return (time.process_time() - start) * 1000


def main(files: list[Path]) -> None:
    """Print the figures."""
    start = time.process_time()
    understanding = Understanding.load(HOME / "interaction_models", "en", roles_of(HOME / "responses"))
    print(f"load                {(time.process_time() - start) * 1000:8.1f} ms")
    for file in files:
        texts = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
        for text in texts[:20]:
            understanding.hear(text)
        times = sorted(milliseconds(understanding, text) for text in texts for _ in range(5))
        p99 = times[int(len(times) * 0.99)]
        print(
            f"{file.stem:20}median {statistics.median(times):6.3f} ms   p99 {p99:6.3f} ms   worst {times[-1]:6.3f} ms"
        )
    for name, text in (
        ("empty", ""),
        ("8,000 letters", "a" * 8000),
        ("8,000 characters", ("he went quiet and i did not know why " * 250)[:8000]),
        ("8,000 odd signs", "\U0001f600\u0301\u202e " * 2000),
    ):
        print(f"{name:20}{min(milliseconds(understanding, text) for _ in range(5)):8.3f} ms")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or sorted((HOME / "tests" / "evaluation" / "choosing").glob("*.jsonl")))
