"""How exactly the practices keep time: nominal seconds, those of the timeline, and those of a rendered WAV.

    python benchmarks/timing.py [--wav]

With `--wav` each session is rendered by espeak-ng and measured by `soxi -D` (Debian: espeak-ng, sox), which takes a
few minutes. Prints a Markdown table and the largest difference.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from skill.app import build_skill
from skill.core.exercise import words_of
from skill.exercises.builder import timeline
from skill.simulator.recording import wav


def main() -> None:
    """Print the table."""
    render = "--wav" in sys.argv
    skill = build_skill()
    print("| practice | minutes | rounds | nominal s | practice s | whole s | WAV s | difference ms |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    worst = 0.0
    for name, pattern in skill.patterns.items():
        words = words_of(skill.responses, name, "en-US", False)
        for minutes in pattern.minutes:
            line = timeline(pattern, words, minutes=minutes)
            whole = line.length / 1000
            measured, difference = "", ""
            if render:
                with tempfile.TemporaryDirectory() as folder:
                    file = Path(folder) / "practice.wav"
                    wav(line, file)
                    seconds = float(subprocess.run(["soxi", "-D", str(file)], capture_output=True, check=True).stdout)
                measured, difference = f"{seconds:.3f}", f"{(seconds - whole) * 1000:.3f}"
                worst = max(worst, abs(seconds - whole) * 1000)
            print(
                f"| {name} | {minutes} | {line.rounds or ''} | {minutes * 60} | {line.middle / 1000:.3f} | {whole:.3f} "
                f"| {measured} | {difference} |"
            )
    if render:
        print(f"\nLargest difference between timeline and WAV: {worst:.3f} ms.")


if __name__ == "__main__":
    main()
