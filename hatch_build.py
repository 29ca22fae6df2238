"""Compiles `skill/_sums.c` when the skill is installed or a wheel is made, where there is a C compiler.

Without one (or with SOFT_LANDING_PURE set, for a wheel that fits every machine) nothing is missing: numpy makes the
same sums, and takes more memory for it.
"""

import os
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE, MADE = "skill/_sums.c", "skill/_sums.abi3.so"
OPTIONS = ("-std=c11", "-O3", "-fPIC", "-ffp-contract=off", "-Wall", "-Wextra")
"""-O3, because the sums are made eight at a time; no contraction, so that every machine rounds alike."""


class Compile(BuildHookInterface):
    """Runs before a wheel or an editable install is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say so where that was not possible."""
        if os.environ.get("SOFT_LANDING_PURE"):
            return
        made = Path(self.root, MADE)
        unfinished = made.with_name(f"{made.name}.part")
        paths = sysconfig.get_paths()
        command = [
            *shlex.split(sysconfig.get_config_var("LDSHARED") or ""),
            *OPTIONS,
            *(f"-I{paths[name]}" for name in ("include", "platinclude")),
            *(str(Path(self.root, SOURCE)), "-o", str(unfinished), "-lm"),
        ]
        try:
            subprocess.run(command, check=True)
            unfinished.replace(made)  # at once, because a worker may run with the old one, or start
        except (OSError, subprocess.CalledProcessError) as error:
            made.unlink(missing_ok=True)  # what does not belong to this source is of no use
            self.app.display_warning(f"{SOURCE} was not compiled, and numpy stands in for it: {error}")
            return
        build_data["artifacts"].append(MADE)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
