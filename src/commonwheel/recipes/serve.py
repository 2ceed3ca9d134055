"""A small server of models that share a base, with OpenAI's API: so that one machine shows before and after.

Called with a base, `NAME=FOLDER` for each adapter, and facts about the base that every answer carries. What is
thought of an answer goes to a Commonwheel where one is named (`--api`, and a token on standard input): edits and
thumbs close the loop. Prompts and answers are kept in memory alone, a few hundred of them, and are never logged.
"""

import argparse
import json
import secrets
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from commonwheel.recipes.kit import Stopped, begin, end_with, load_tokenizer

_LARGEST = 1_000_000
"""Bytes of a request."""
_WAITING = 8
"""Requests that may wait for their turn."""
_KEPT = 300
_MOST_TOKENS = 2048


class Message(BaseModel):
    """Somebody's turn."""

    model_config = ConfigDict(extra="ignore")

    role: str = Field(pattern="^(system|user|assistant)$")
    content: str


class Asked(BaseModel):
    """A chat completion, as far as it is understood here."""

    model_config = ConfigDict(extra="ignore")

    messages: list[Message] = Field(min_length=1, max_length=200)
    model: str = ""
    max_tokens: int = Field(256, ge=1, le=_MOST_TOKENS)
    temperature: float = Field(0.0, ge=0, le=2)
    seed: int | None = None
    stop: str | list[str] | None = None
    stream: bool = False


class Thought(BaseModel):
    """What somebody thinks of an answer: a thumb, or how it should have been."""

    model_config = ConfigDict(extra="forbid")

    id: str
    value: bool | None = None
    edit: str | None = None


class Refused(Exception):
    """A request that gets an error in OpenAI's shape."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(slots=True)
class Server:
    """The models, whose turn it is, and what was said lately."""

    names: list[str]
    facts: dict[str, Any]
    model: Any
    tokenizer: Any
    api: str = ""
    token: str = ""
    turn: threading.Lock = field(default_factory=threading.Lock)
    waiting: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_WAITING + 1))
    said: "OrderedDict[str, dict[str, Any]]" = field(default_factory=OrderedDict)

    async def models(self, _request: Request) -> Response:
        """The base and the adapters, the one that is used by default first."""
        listed = [{"id": name, "object": "model", "owned_by": "commonwheel"} for name in self.names]
        return JSONResponse({"object": "list", "data": listed, "commonwheel": self.facts})

    async def health(self, _request: Request) -> Response:
        """Whether it can answer."""
        return JSONResponse({"status": "ok", "models": self.names})

    async def complete(self, request: Request) -> Response:
        """A chat completion, whole or as a stream of server-sent events."""
        asked = await _read(request, Asked)
        name = asked.model or self.names[0]
        if name not in self.names:
            raise Refused(404, f"There is no model of that name here; there are: {', '.join(self.names)}.")
        if not self.waiting.acquire(blocking=False):
            raise Refused(429, "Too many requests wait already: try again in a moment.")
        id = f"chatcmpl-{secrets.token_hex(12)}"
        if asked.stream:
            return StreamingResponse(self._events(id, name, asked), media_type="text/event-stream")
        try:
            pieces, prompt, tokens = await run_in_threadpool(self._whole, name, asked)
        finally:
            self.waiting.release()
        self._keep(id, name, asked, pieces)
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": pieces},
            "finish_reason": "length" if tokens >= asked.max_tokens else "stop",
        }
        usage = {"prompt_tokens": prompt, "completion_tokens": tokens, "total_tokens": prompt + tokens}
        return JSONResponse(self._answer(id, name, "chat.completion") | {"choices": [choice], "usage": usage})

    def _answer(self, id: str, name: str, kind: str) -> dict[str, Any]:
        return {
            "id": id,
            "object": kind,
            "created": int(time.time()),
            "model": name,
            "commonwheel": self.facts | {"model": name},
        }

    def _whole(self, name: str, asked: Asked) -> tuple[str, int, int]:
        """An answer, with the tokens of the prompt and its own."""
        ids = self._prompt(asked)
        pieces = list(self._generate(name, asked, ids))
        text = "".join(pieces)
        return text, int(ids.shape[1]), len(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _events(self, id: str, name: str, asked: Asked) -> Iterator[str]:
        pieces = []
        try:
            for piece in self._generate(name, asked, self._prompt(asked)):
                pieces.append(piece)
                yield self._event(id, name, {"content": piece}, None)
            yield self._event(id, name, {}, "stop")
            yield "data: [DONE]\n\n"
        finally:
            self.waiting.release()
            self._keep(id, name, asked, "".join(pieces))

    def _event(self, id: str, name: str, delta: dict[str, str], finish: str | None) -> str:
        chunk = self._answer(id, name, "chat.completion.chunk")
        chunk["choices"] = [{"index": 0, "delta": delta, "finish_reason": finish}]
        return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"

    def _prompt(self, asked: Asked) -> Any:
        messages = [message.model_dump() for message in asked.messages]
        text = self.tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        return self.tokenizer(text, add_special_tokens=False, return_tensors="pt")["input_ids"]

    def _generate(self, name: str, asked: Asked, ids: Any) -> Iterator[str]:
        """Pieces of an answer, one request after the other: a model has one adapter at a time."""
        import torch
        from transformers import TextIteratorStreamer

        streamer = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)
        settings: dict[str, Any] = {
            "input_ids": ids.to(self.model.device),
            "attention_mask": torch.ones_like(ids).to(self.model.device),
            "max_new_tokens": asked.max_tokens,
            "do_sample": asked.temperature > 0,
            "pad_token_id": self.tokenizer.pad_token_id,
            "streamer": streamer,
        }
        if asked.temperature > 0:
            settings["temperature"] = asked.temperature
        with self.turn, self._adapter(name):
            torch.manual_seed(secrets.randbits(32) if asked.seed is None else asked.seed)
            worker = threading.Thread(target=self._run, args=(settings, streamer), daemon=True)
            worker.start()
            yield from _until(streamer, _stops(asked.stop))
            worker.join()

    def _run(self, settings: dict[str, Any], streamer: Any) -> None:
        import torch

        try:
            with torch.inference_mode():
                self.model.generate(**settings)
        finally:
            streamer.end()

    def _adapter(self, name: str) -> Any:
        """The model as one of its names: an adapter, or without any."""
        from contextlib import nullcontext

        if name == self.names[-1]:
            return self.model.disable_adapter() if hasattr(self.model, "disable_adapter") else nullcontext()
        self.model.set_adapter(name)
        return nullcontext()

    def _keep(self, id: str, name: str, asked: Asked, said: str) -> None:
        """What was said lately, for those who have something to say to it."""
        self.said[id] = {
            "prompt": [message.model_dump() for message in asked.messages],
            "said": said,
            "model": name,
        }
        while len(self.said) > _KEPT:
            self.said.popitem(last=False)

    async def feedback(self, request: Request) -> Response:
        """Pass a thumb or an edit on to the Commonwheel that is named."""
        thought = await _read(request, Thought)
        kept = self.said.get(thought.id)
        if kept is None:
            raise Refused(404, "There is no answer of that id, or it was too long ago.")
        if (thought.value is None) == (thought.edit is None):
            raise Refused(422, "Send a value (true or false) or an edit.")
        if not self.api:
            raise Refused(409, "This server was started without a Commonwheel to tell: see --api.")
        source = {"door": "serve-model", "model": kept["model"]}
        if thought.edit is not None:
            path, sent = "edits", {
                "prompt": kept["prompt"], "original_llm_output": kept["said"],
                "final_user_edit": thought.edit, "source": source,
            }  # fmt: skip
        else:
            path, sent = (
                "feedback",
                {"target": thought.id, "name": "thumb", "value": thought.value, "source": source},
            )
        answer = await run_in_threadpool(self._pass_on, path, sent)
        return JSONResponse(answer.json(), answer.status_code)

    def _pass_on(self, path: str, sent: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            return httpx.post(f"{self.api}/api/v1/{path}", json=sent, headers=headers, timeout=20, trust_env=False)
        except httpx.HTTPError:
            raise Refused(502, "The Commonwheel cannot be reached.") from None


def _stops(stop: str | list[str] | None) -> list[str]:
    return [each for each in ([stop] if isinstance(stop, str) else stop or []) if each]


def _until(pieces: Iterator[str], stops: list[str]) -> Iterator[str]:
    """Pieces up to where one of some words stands; what may begin one is kept back until it is known."""
    held, longest = "", max(map(len, stops), default=0)
    for piece in pieces:
        held += piece
        place = min((at for stop in stops if (at := held.find(stop)) >= 0), default=-1)
        if place >= 0:
            yield held[:place]
            for _ in pieces:
                pass  # it goes on to its end, unheard
            return
        ready = len(held) - max(0, longest - 1)
        if ready > 0:
            yield held[:ready]
            held = held[ready:]
    if held:
        yield held


async def _read(request: Request, shape: Any) -> Any:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise Refused(413, "The request is too large.")
    try:
        return shape.model_validate_json(body)
    except ValidationError as problem:
        fault = problem.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "the body"
        raise Refused(422, f"{where}: {fault['msg']}") from None


async def _refuse(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Refused)
    kind = "server_error" if problem.status >= 500 else "invalid_request_error"
    return JSONResponse(
        {"error": {"message": problem.message, "type": kind, "code": problem.status}}, problem.status
    )


def serve() -> None:
    """From the command line; says `{"address"}` when it can answer."""
    say = begin()
    caller = argparse.ArgumentParser(prog="commonwheel.recipes.serve")
    caller.add_argument("base")
    caller.add_argument("adapters", nargs="*", help="NAME=FOLDER")
    caller.add_argument("--host", default="127.0.0.1")
    caller.add_argument("--port", type=int, default=0)
    caller.add_argument("--facts", default="{}", help="what every answer says of the base, as JSON")
    caller.add_argument("--api", default="", help="a Commonwheel to tell; its token comes on standard input")
    caller.add_argument("--parent", type=int)
    call = caller.parse_args()
    if call.parent is not None:
        end_with(call.parent)
    token = sys.stdin.readline().strip() if call.api else ""
    try:
        server = Server(*_loaded(call.base, call.adapters, json.loads(call.facts)), call.api.rstrip("/"), token)
    except Stopped as reason:
        say({"failed": str(reason)})
        sys.exit(1)
    routes = [
        Route("/v1/models", server.models),
        Route("/v1/chat/completions", server.complete, methods=["POST"]),
        Route("/v1/feedback", server.feedback, methods=["POST"]),
        Route("/health", server.health),
    ]
    web = Starlette(routes=routes, exception_handlers={Refused: _refuse})
    config = uvicorn.Config(web, host=call.host, port=call.port, log_level="critical", access_log=False)
    listening = config.bind_socket()
    say({"address": f"http://{call.host}:{listening.getsockname()[1]}"})
    uvicorn.Server(config).run(sockets=[listening])


def _loaded(base: str, adapters: list[str], facts: dict[str, Any]) -> tuple[list[str], dict[str, Any], Any, Any]:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    tokenizer = load_tokenizer(base)
    try:
        model: Any = AutoModelForCausalLM.from_pretrained(base, dtype="auto")
        names: list[str] = []
        for each in adapters:
            name, _, folder = each.partition("=")
            if names:
                model.load_adapter(folder, adapter_name=name)
            else:
                model = PeftModel.from_pretrained(model, folder, adapter_name=name)
            names.append(name)
    except (OSError, ValueError, KeyError):
        raise Stopped("model") from None
    model = model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    return [*names, "base"], facts, model, tokenizer


if __name__ == "__main__":
    serve()
