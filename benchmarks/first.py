"""A fresh process with the app alone, which answers one request and says so: what a cold start costs.

The arguments are the request's headers; its body is `one.json` in the benchmark's folder.
"""

import os
import sys
from pathlib import Path

from served import app

body = Path(os.environ["BENCHMARK_FOLDER"], "one.json").read_bytes()
headers = dict(argument.split("=", 1) for argument in sys.argv[1:])
answer = app.test_client().post("/", data=body, headers=headers)
print("good" if answer.status_code == 200 and b"outputSpeech" in answer.data else answer.status, flush=True)
