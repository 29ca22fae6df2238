"""`soft-landing mcp`: the tools over Streamable HTTP, without a session and without a word in a log."""

import asyncio
import json
import logging
import socket

import uvicorn
from mcp.server import Server, ServerRequestContext
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as ListedTool
from starlette.applications import Starlette
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from skill.__about__ import __version__
from skill.core.assembly import build_skill
from skill.core.port import apology
from skill.core.skill import Skill
from skill.dialog.state import Session
from skill.errors import ConfigurationError, whereabouts
from skill.loopback import is_loopback
from skill.mcp.tools import WORD_FOR_WORD, Tool, ToolRefused, tools

log = logging.getLogger("skill")

MOST_BYTES = 64 * 1024
"""The most that a request may take: several times the longest arguments."""
MOST_OPEN = 64
"""From how many connections on a request is told to come back later."""
PATIENCE_SECONDS = 60
"""How long a client may take over a request and its answer; each of them takes a moment."""

INSTRUCTIONS = (
    "Soft Landing is general education for adults about aftercare, the emotional and physical care after sex, with "
    "breathing and grounding exercises and helplines. It is not explicit, no medical advice and no emergency service. "
    f"Hand `answer` all that the listener says, in their own words. {WORD_FOR_WORD} Never give a number that is not in "
    "a result. Nothing is kept: hand the last `conversation` back, or everything begins anew."
)
HONEST = {"read_only_hint": True, "destructive_hint": False, "idempotent_hint": True, "open_world_hint": False}
"""Nothing is changed anywhere, and nothing is looked up beyond our own words."""


def mcp_server(skill: Skill) -> Server:
    """The SDK's server with our tools."""
    ours = tools(skill)

    async def list_tools(context: ServerRequestContext, params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[as_listed(tool) for tool in ours.values()])

    async def call_tool(context: ServerRequestContext, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in ours:
            raise MCPError(INVALID_PARAMS, f"There is no tool of that name; the tools are {', '.join(ours)}.")
        try:
            result = ours[params.name].call(params.arguments or {})
        except ToolRefused as refused:
            return in_short(str(refused))
        except Exception as error:
            log.error("apologised: %s at %s", type(error).__name__, whereabouts(error))
            return in_short(apology(skill, Session(), skill.responses.base_locale).text)
        text = TextContent(text=json.dumps(result, ensure_ascii=False))
        return CallToolResult(content=[text], structured_content=result)

    return Server(
        "soft-landing",
        version=__version__,
        title="Soft Landing",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def as_listed(tool: Tool) -> ListedTool:
    """A tool as a client reads it."""
    return ListedTool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=dict(tool.schema),
        output_schema=tool.gives.model_json_schema(mode="serialization"),
        annotations=ToolAnnotations(title=tool.title, **HONEST),
    )


def in_short(words: str) -> CallToolResult:
    """An error in words."""
    return CallToolResult(content=[TextContent(text=words)], is_error=True)


def mcp_app(skill: Skill, *, everywhere: bool = False) -> Starlette:
    """The app to serve. Unless it is to be reached from `everywhere`, a `Host` or `Origin` elsewhere is refused."""
    logging.getLogger("mcp").setLevel(logging.CRITICAL)  # it would write down names of tools and headers as they come
    near = None if not everywhere else TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = mcp_server(skill).streamable_http_app(
        stateless_http=True, json_response=True, max_request_body_size=MOST_BYTES, transport_security=near
    )
    for route in app.routes:
        if isinstance(route, Route):
            route.methods = {"POST"}  # a GET would wait for ever for news that never come
    return app


class HastyProtocol(H11Protocol):
    """A connection whose place is given back where half a request comes, none at all, or nobody takes the answer."""

    _over: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request may come."""
        super().connection_made(transport)
        self._wait_anew()

    def on_response_complete(self) -> None:
        """The next request may come."""
        super().on_response_complete()
        self._wait_anew()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        if self._over:
            self._over.cancel()
        super().connection_lost(exc)

    def _wait_anew(self) -> None:
        if self._over:
            self._over.cancel()
        self._over = self.loop.call_later(PATIENCE_SECONDS, self.transport.abort)


def server_of(app: Starlette) -> uvicorn.Server:
    """What serves the app. It writes nothing down: a traceback could hold what somebody said, and what breaks in a tool
    is noted where it is caught.
    """
    quiet = uvicorn.Config(app, http=HastyProtocol, log_level="critical", access_log=False, limit_concurrency=MOST_OPEN)
    return uvicorn.Server(quiet)


def serve_mcp(host: str, port: int) -> None:
    """Serve until stopped; raises `ConfigurationError` where the address cannot be had."""
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ConfigurationError(f"{host} port {port} cannot be had: {error.strerror}; choose another") from error
    skill = build_skill()
    skill.responses.warm()
    server = server_of(mcp_app(skill, everywhere=not is_loopback(host)))
    shown = f"[{host}]" if ":" in host else host
    where = f"http://{shown}:{listening.getsockname()[1]}/mcp"
    print(f"Soft Landing's tools are at {where}. Control-C stops it.", flush=True)
    server.run(sockets=[listening])
