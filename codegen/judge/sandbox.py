"""Walls around a process that runs code of strangers. In: limits and folders. Out: the names of the walls that stand.

The process puts them up itself, before it loads anything of a submission, and cannot take them down again. Limits of
time, memory and files hold wherever there are limits of resources. On Linux the kernel also keeps it from files that
were not allowed (Landlock), from the network (a namespace of its own, and a filter of system calls) and from other
processes (the filter). Where the kernel offers none of these, an audit hook stands in for them; that one holds off
mistakes, not attacks.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Sequence
from typing import Any

from codegen.records import dataclass

try:
    import resource
except ImportError:  # no such limits on this system
    resource = None  # type: ignore[assignment]

NEW_USER, NEW_NET, NEW_IPC = 0x10000000, 0x40000000, 0x08000000
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
LANDLOCK = (444, 445, 446)
READ, WRITE = 0b1101, 0b1111111111111  # execute, read a file, read a folder; and everything else
PROCESS_EVENTS = (
    "subprocess.Popen", "os.system", "os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.kill", "pty.spawn",
)  # fmt: skip
# what the filter forbids, by the numbers of the two machines that it is known on
FORBIDDEN = {
    "x86_64": (
        0xC000003E,
        (41, 42, 49, 50, 53, 57, 58, 59, 62, 101, 200, 234, 165, 166, 246, 250, 272, 310, 311, 321, 322, 424, 425),
        56,
        435,
    ),
    "aarch64": (
        0xC00000B7,
        (198, 199, 200, 201, 203, 97, 117, 129, 130, 131, 221, 39, 40, 270, 271, 280, 281, 424, 425),
        220,
        435,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What one process may use."""

    seconds: int = 20
    """Of processor time for one request."""
    wall: int = 160
    """Of time for one request, however busy the machine is."""
    memory: int = 1 << 30
    """Bytes of memory beyond what it takes at the start."""
    file: int = 1 << 20
    """Bytes of one file."""


def enclose(limits: Limits, readable: Sequence[str], folder: str, total: int) -> list[str]:
    """Put up the walls around this process and return which stand: folders, and `total` seconds of processor time."""
    stand = resources(limits, total)
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        apart = library.unshare(NEW_USER | NEW_NET | NEW_IPC) == 0
        library.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        stand += ["files"] if landlock(library, readable, folder) else []
        filtered = system_calls(library)
        # the filter refuses sockets as well, where no namespace is to be had, as inside a container
        stand += ["network"] if apart or filtered else []
        stand += ["processes"] if filtered else []
    hook(readable, folder)
    return stand


def resources(limits: Limits, total: int) -> list[str]:
    if resource is None:
        return []
    used = 0
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        pass
    for name, value in (
        ("RLIMIT_CPU", total),
        ("RLIMIT_AS", used + limits.memory),
        ("RLIMIT_FSIZE", limits.file),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 64),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (ValueError, OSError):
            return []
    return ["limits"]


def allow(seconds: int) -> None:
    """Allow this process so many more seconds of processor time, within what it may ever use."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    until = int(used.ru_utime + used.ru_stime) + seconds + 2
    if most == resource.RLIM_INFINITY or until < most:
        resource.setrlimit(resource.RLIMIT_CPU, (until, most))


def landlock(library: Any, readable: Sequence[str], folder: str) -> bool:
    """Let the kernel allow some folders only."""
    version = library.syscall(LANDLOCK[0], None, 0, 1)
    if version < 1:
        return False
    handled = WRITE | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    network = 3 if version >= 4 else 0
    scope = 3 if version >= 6 else 0
    rules = struct.pack("QQQ", handled, network, scope)[
        : 24 if version >= 6 else 16 if version >= 4 else 8
    ]
    ruleset = library.syscall(LANDLOCK[0], rules, len(rules), 0)
    if ruleset < 0:
        return False
    for path, rights in [*((one, READ) for one in readable), (folder, handled)]:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        if not os.path.isdir(path):
            rights &= 0b101 | 1 << 14 | 2
        library.syscall(LANDLOCK[1], ruleset, 1, struct.pack("=QI", rights & handled, opened), 0)
        os.close(opened)
    done: int = library.syscall(LANDLOCK[2], ruleset, 0)
    os.close(ruleset)
    return done == 0


def system_calls(library: Any) -> bool:
    """Let the kernel refuse sockets, new processes, signals to others and mounts; threads are allowed."""
    if platform.machine() not in FORBIDDEN:
        return False
    machine, numbers, clone, clone3 = FORBIDDEN[platform.machine()]
    load, equal, bits, give = 0x20, 0x15, 0x45, 0x06
    allow, refuse, absent, kill = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38, 0x80000000
    made = [(load, 0, 0, 4), (equal, 1, 0, machine), (give, 0, 0, kill), (load, 0, 0, 0)]
    made += [(equal, 0, 1, clone3), (give, 0, 0, absent)]
    # a clone that makes a thread has the flag 0x10000
    made += [
        (equal, 0, 4, clone),
        (load, 0, 0, 16),
        (bits, 1, 0, 0x10000),
        (give, 0, 0, refuse),
        (give, 0, 0, allow),
    ]
    for number in numbers:
        made += [(equal, 0, 1, number), (give, 0, 0, refuse)]
    made.append((give, 0, 0, allow))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in made))
    program = struct.pack("HxxxxxxP", len(made), ctypes.addressof(code))
    done: int = library.prctl(SECCOMP, FILTER, ctypes.c_char_p(program), 0, 0)
    return done == 0


def hook(readable: Sequence[str], folder: str) -> None:
    """Refuse, with words, what the kernel refuses too; where it does not, this is all there is."""
    allowed = tuple(os.path.realpath(one) for one in (*readable, folder))
    own = os.path.realpath(folder)

    def audit(event: str, args: tuple[Any, ...]) -> None:
        if event in PROCESS_EVENTS:
            raise PermissionError("a submission may not start or stop processes")
        if event.startswith("socket."):
            raise PermissionError("a submission may not use the network")
        if event == "open" and isinstance(args[0], (str, bytes)):
            path = os.path.realpath(os.fsdecode(args[0]))
            writes = isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            places = (own,) if writes else allowed
            if not path.startswith(places):
                raise PermissionError(f"a submission may not open {os.path.basename(path)}")

    sys.addaudithook(audit)
