"""The command line: arguments go in; code on stdout or in files, the report on stderr and an exit code come out."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from codegen.cli import terminal
from codegen.cli.arguments import Options, parse
from codegen.errors import CheckError, CodegenError, InternalError, UsageError, internal
from codegen.records import dataclass
from codegen.tables import grouped

if TYPE_CHECKING:
    from codegen.cli.configuration import Configuration
    from codegen.cli.jobs import Job, LeftOut, Made
    from codegen.cli.show import Looks

OK, STALE, REFUSED, WRONG = 0, 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line, with the arguments of the process by default, and return the exit code."""
    if sys.stderr is None:  # closed by whoever started the process
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # for as long as the process lasts
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        if words[:1] == ["grade"] and len(words) > 1:
            from codegen.cli.judging import grade

            return grade(words[1:])
        try:
            options = parse(words)
        except SystemExit:  # --help and --version have printed
            if sys.stdout is not None:
                sys.stdout.flush()
            raise
        return run(options)
    except CodegenError as error:
        complain(error)
        return WRONG if isinstance(error, CheckError) else REFUSED
    except BrokenPipeError:  # whoever read the output has seen enough
        terminal.silence(sys.stdout)
        return OK
    except OSError as error:
        terminal.silence(sys.stdout)
        complain(of_machine(error))
        return REFUSED
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001  # told as a mistake of the tool
        complain(internal(error))
        return REFUSED


@dataclass
class Done:
    """What came of the jobs of one run; `looks` is what a pass has made, where that was asked for."""

    settings: Configuration
    jobs: list[Job]
    looks: Looks | None
    failed: list[Job] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    code: int = OK


def run(options: Options) -> int:
    if options.judged is not None:
        from codegen.cli.judging import judge_one

        return judge_one(options.request, options.judged)
    messages = io.StringIO() if options.quiet else sys.stderr
    done = worked(options)
    if done.left_out:
        print(f"codegen: left out: {counted(done.left_out)}", file=messages)
    if done.failed and len(done.jobs) > 1:
        names = ", ".join(job.target.text for job in done.failed)
        print(f"codegen: {len(done.failed)} of {len(done.jobs)} failed: {names}", file=sys.stderr)
    return delivered(done, options, messages)


def worked(options: Options) -> Done:
    """Make all that was asked for, and say what came of it."""
    # imported here, so that --help and --version are there at once
    from codegen.cli.configuration import configuration
    from codegen.cli.jobs import LeftOut, make, planned
    from codegen.cli.targets import without_example
    from codegen.cli.terminal import display

    request = options.request
    looks = None
    look: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
    if options.show is not None:
        from codegen.cli.show import Looks, looking

        looks = Looks()
        look = looking(options.show, looks)
    with (
        contextlib.redirect_stdout(sys.stderr),  # what the user's own code prints is no output
        display(sys.stderr, options.quiet) as shown,
        look,
    ):
        settings = configuration(Path.cwd())
        done = Done(settings, planned(request, settings), looks)
        for number, job in enumerate(done.jobs, 1):
            shown.target(job.target.text, number, len(done.jobs))
            try:
                one = make(job)
            except CodegenError as error:
                shown.say(complaint(error, job))
                done.failed.append(job)
                done.code = max(done.code, WRONG if isinstance(error, CheckError) else REFUSED)
                continue
            if isinstance(one, LeftOut):
                done.left_out.append(one)
                continue
            done.made.append(one)
            if not (options.quiet or request.compares):
                notes = [f"  note: {note}" for note in one.notes]
                shown.say("\n".join([str(one.module.check()), *notes]))
    if request.targets:
        lacking = without_example([job.target for job in done.jobs])
        done.left_out += [LeftOut(name, "no example of their own") for name in lacking]
    return done


def delivered(done: Done, options: Options, messages: TextIO) -> int:
    """Print, write or compare what was made, and return the exit code."""
    from codegen.cli import deliver

    if options.show:
        deliver.print_text(f"{done.looks}\n", sys.stdout)
        return done.code
    request, failed = options.request, done.failed
    files = deliver.files_of(done.made, request)
    if request.compares:
        stale = deliver.compare(files, sys.stdout, messages, mend=options.check)
        if options.check and not request.targets and not failed:
            stale += deliver.orphans(files, done.settings, messages)
        return max(done.code, STALE) if stale and options.check else done.code
    # a file that lacks one of its functions is left as it was
    broken = {job.path for job in failed}
    complete = [one for one in files if one.path not in broken]
    if complete and (options.solution or not options.exercise):  # the module is the answer
        deliver.write_out(complete, messages)
    if done.code == OK and (options.formats or options.circuit):
        for one, error in deliver.hand_out(done.made, options, done.settings, messages):
            print(complaint(error, one.job), file=sys.stderr)
            done.code = REFUSED
    if failed and any(broken) and not complete:
        print("codegen: nothing was written", file=sys.stderr)
    if not (options.formats or options.circuit):
        deliver.print_out([one for one in done.made if not one.job.path], sys.stdout)
    return done.code


def counted(left_out: Sequence[LeftOut]) -> str:
    """Return the functions that were left out in one line, by reason."""
    reasons = grouped((one.reason, one.name) for one in left_out)
    return "; ".join(f"{len(n)} for {reason} ({', '.join(n)})" for reason, n in reasons.items())


def complain(error: CodegenError) -> None:
    """Print an error, if anything can be printed."""
    with contextlib.suppress(OSError):
        print(complaint(error), file=sys.stderr)


def complaint(error: CodegenError, job: Job | None = None) -> str:
    """Return the text of an error; of one of the tool itself with all that is needed to find it."""
    told = ""
    if isinstance(error, InternalError):
        told = "".join(traceback.format_exception(error.__cause__))
    about = f"{job.target.text}: " if job is not None and not isinstance(error, CheckError) else ""
    start = "\x1b[31mcodegen:\x1b[0m" if terminal.has_colours(sys.stderr) else "codegen:"
    return f"{told}{start} {about}{error}"


def of_machine(error: OSError) -> UsageError:
    what = f" about {error.filename}" if error.filename else ""
    return UsageError(
        f"the system says{what}: {error.strerror or error}",
        advice="Neither codegen nor your function can help it: look at the disk, the file or the stream.",
    )
