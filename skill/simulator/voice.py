"""A voice for the terminal: espeak-ng, or piper where the file of one of its voices is given."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from skill.simulator.recording import SPEED, VoiceError

PLAYERS = (("aplay", "-q"), ("paplay",), ("pw-play",), ("afplay",), ("play", "-q"))
"""Programs that play a WAV file, each with its options; the first that is installed is taken."""


class Voice:
    """Says one thing at a time: what is still being said makes room, as on a device."""

    def __init__(self, name: str, piper: Path | None = None) -> None:
        """`name` is espeak-ng's voice; `piper` is the file of a voice of piper's. Raises `VoiceError` without them."""
        self.name = name
        self._piper = piper
        self._program = program_of(("piper",) if piper else ("espeak-ng",))[0]
        self._player = program_of(*PLAYERS) if piper else []
        self._folder = TemporaryDirectory(prefix="soft-landing-") if piper else None
        self._files: dict[str, str] = {}
        self._saying: subprocess.Popen[bytes] | None = None

    def prepare(self, texts: Iterable[str]) -> None:
        """Make ready what will be said, so that each of it can begin on time."""
        for text in texts if self._piper else ():
            self._file(text)

    def say(self, text: str) -> None:
        """Begin to say something."""
        self.hush()
        if self._piper:
            self._saying = subprocess.Popen([*self._player, self._file(text)], stderr=subprocess.DEVNULL)
            return
        command = [self._program, "-v", self.name, "-s", str(SPEED), "--stdin"]
        self._saying = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        # The text goes in by stdin, so nothing that is said can be taken for an option.
        assert self._saying.stdin
        self._saying.stdin.write(text.encode())
        self._saying.stdin.close()

    def read(self, text: str) -> None:
        """Say something to its end."""
        self.say(text)
        if self._saying:
            self._saying.wait()

    def hush(self) -> None:
        """Whatever is being said ends."""
        if self._saying and self._saying.poll() is None:
            self._saying.terminate()
        if self._saying:
            self._saying.wait()
        self._saying = None

    def close(self) -> None:
        """Be silent for good, and leave nothing behind."""
        self.hush()
        if self._folder:
            self._folder.cleanup()

    def _file(self, text: str) -> str:
        """What piper makes of a text."""
        if self._folder and text not in self._files:
            file = Path(self._folder.name, f"{len(self._files)}.wav")
            command = [self._program, "--model", str(self._piper), "--output_file", str(file)]
            made = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
            if made.returncode or not file.is_file():
                raise VoiceError(f"piper could not speak with {self._piper}: {made.stderr.decode().strip()[-300:]}")
            self._files[text] = str(file)
        return self._files[text]


def program_of(*commands: tuple[str, ...]) -> list[str]:
    """The first of some commands whose program is there, with the whole path of it. Raises `VoiceError`."""
    for program, *options in commands:
        if path := shutil.which(program):
            return [path, *options]
    wanted = " or ".join(command[0] for command in commands)
    raise VoiceError(f"{wanted} is not installed, and without it nothing can be said aloud")
