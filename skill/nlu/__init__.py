"""A listener's words go in, and an intent with its slots and a confidence comes out; `core` and the tools use the room,
which alone uses numpy, and into which nothing of Alexa, of the responses or of the conversation may enter.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Read where numpy is first loaded, so it stands here: on a few hundred numbers OpenBLAS's threads wait for each other
# ten times as long as one alone takes.
