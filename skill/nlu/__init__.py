"""The understanding: a listener's words in, an intent with its slots and a confidence out.

The only room that uses numpy. It knows nothing of Alexa, of the responses or of the conversation: which intents are
safety answers, and which have a spoken name, is told to it (`skill/nlu/roles.py`); what belongs to one language stands
in `interaction_models/`.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Read where numpy is first loaded, so it stands here: on a few hundred numbers OpenBLAS's threads wait for each other
# ten times as long as one alone takes.
