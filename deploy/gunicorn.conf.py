"""How gunicorn serves the skill, behind nginx or in a container: `gunicorn -c gunicorn.conf.py "skill:create_app()"`.

It listens on loopback unless told otherwise, because TLS is nginx's business.
"""

import os

bind = os.environ.get("SOFT_LANDING_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("SOFT_LANDING_WORKERS", "2"))
threads = (
    4  # once a certificate is known, three at most wait for others (skill/alexa/certificates.py); more answer no faster
)
preload_app = False  # a worker that is started anew reads the words anew
timeout = 30
graceful_timeout = 10  # Alexa waits 8 s: whoever is being answered when the service stops is answered to the end
keepalive = 5
max_requests = 20_000  # a worker is replaced now and then, so that nothing can pile up in one
max_requests_jitter = 2_000
control_socket_disable = True  # newer ones open a socket to be steered by, which nobody needs here

# One line a request, without words and ids, and what went wrong; to stderr, where journald or the container keeps it.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "skill": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        "gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},  # it would hold addresses
    },
}
