"""The process that runs a submission. In: requests on a pipe. Out: plain arrays on another.

It knows the submission and the inputs that it is asked about, and nothing else: no reference, no true gradient. What
comes out is checked outside, where the numbers are judged.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import struct
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import IO, Any, BinaryIO

import numpy as np

from codegen.judge import running
from codegen.judge.code import compiled
from codegen.judge.sandbox import Limits, allow, enclose

MOST = 64 << 20  # bytes of one answer


def encoded(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"array": data, "dtype": value.dtype.str, "shape": list(value.shape)}
    if isinstance(value, running.Other):
        return {"other": str(value.kind)[:100]}
    if isinstance(value, dict):
        return {"dict": [[str(key), encoded(item)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [encoded(item) for item in value]}
    return value


def decoded(value: Any) -> Any:
    """Return the plain values again; anything else raises a ValueError."""
    if not isinstance(value, dict):
        return value
    if "array" in value:
        dtype = np.dtype(value["dtype"])
        if dtype.kind not in "fiub":
            raise ValueError("no array of numbers")
        flat = np.frombuffer(base64.b64decode(value["array"]), dtype)
        return flat.reshape([int(n) for n in value["shape"]]).copy()
    if "other" in value:
        return running.Other(str(value["other"]))
    if "dict" in value:
        return {str(key): decoded(item) for key, item in value["dict"]}
    if "tuple" in value:
        return tuple(decoded(item) for item in value["tuple"])
    return [decoded(item) for item in value["list"]]


def packed(ran: running.Ran) -> bytes:
    plain = {
        "outputs": encoded(ran.outputs),
        "result": encoded(ran.result),
        "attributes": encoded(dict(ran.attributes)),
        "raised": asdict(ran.raised) if ran.raised else None,
        "changed": list(ran.changed),
        "again": bool(ran.again),
        "seen": [[s.statement, s.label, encoded(s.value)] for s in ran.seen],
    }
    return json.dumps(plain).encode()


def send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(struct.pack("<Q", len(data)) + data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """Read one message; EOFError at the end."""
    head = pipe.read(8)
    if len(head) < 8:
        raise EOFError
    return pipe.read(struct.unpack("<Q", head)[0])


def rebuilt(module: Any, spec: dict[str, Any]) -> running.Backward:
    forward = running.Forward(lambda *_, **__: None, ())
    if spec["half"]:
        forward = replace(
            running.Forward(**spec["forward"]), function=getattr(module, spec["half"])
        )
    elif spec["given"] is not None:
        given = spec["given"]
        forward = running.Forward(lambda *_, **__: given, ())
    roles = tuple(running.Role(*role) for role in spec["roles"])
    return running.Backward(getattr(module, spec["name"]), roles, forward, spec["cached"])


def serve() -> None:
    requests: BinaryIO = os.fdopen(os.dup(0), "rb")
    answers: BinaryIO = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    sys.stdout = sys.stderr = running.Nowhere()
    first = pickle.loads(receive(requests))  # noqa: S301  # from the grader
    limits = Limits(**first["limits"])
    walls = enclose(limits, first["readable"], first["folder"], first["total"])
    allow(limits.seconds)
    module, error = None, ""
    try:
        with running.silence():
            name = os.path.splitext(os.path.basename(first["path"]))[0]
            module = running.module_at(first["path"], name)
    except BaseException as problem:  # noqa: BLE001  # whatever a submission raises
        error = f"{type(problem).__name__}: {str(problem)[:300]}"
    send(answers, json.dumps({"walls": walls, "error": error}).encode())
    while True:
        request = pickle.loads(receive(requests))  # noqa: S301  # from the grader
        allow(limits.seconds)
        send(answers, packed(answer(module, request)))


def answer(module: Any, request: dict[str, Any]) -> running.Ran:
    backward = rebuilt(module, request["spec"])
    seen: list[running.Seen] | None = None
    if request["text"]:
        seen = []
        function: Callable[..., Any] = compiled(request["text"], backward.function, seen)
        backward = replace(backward, function=function)
    with running.silence():
        return running.run(backward, request["values"], request["upstream"], request["twice"], seen)
