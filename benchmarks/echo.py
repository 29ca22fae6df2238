"""A bare Flask app that sends back what it gets: no verification, no skill, only the framework."""

from flask import Flask, Response, request

app = Flask("echo", static_folder=None)


@app.post("/")
def echo() -> Response:
    """What was sent."""
    return Response(request.get_data(), mimetype="application/json")
