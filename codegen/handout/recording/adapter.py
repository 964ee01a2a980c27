"""The only reader of the generator: a module goes in; its text by stages and one run come out as a `Recording`.

The plan says which lines belong to which stage; the text of the module is run on the example inputs, both passes with
a watch before every statement.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from codegen import syntax
from codegen.errors import CodegenError
from codegen.handout.recording import Finished, Listed, Rebound, Recording, StageText, Trip, Visit
from codegen.handout.recording.active import active_stages, carried_names, dependent_names
from codegen.handout.recording.matching import (
    backward_groups,
    forward_listing,
    forward_stages,
    number,
)
from codegen.handout.recording.running import (
    Step,
    first_visits,
    recorded_run,
    upstream_like,
)
from codegen.pairs import backward_name, forward_name
from codegen.pytree import same
from codegen.stage.names import gradient_of
from codegen.syntax import statements
from codegen.trace.outer import arguments_of


def read(module: Finished) -> Recording:
    """Return a module's stages and what its example gives; `CodegenError` if it has no pair of functions."""
    module = module.as_pair()
    lines = syntax.lines_of(module.source)
    tree = ast.parse(module.source)
    syntax.keep_spelling(tree, tuple(lines))
    functions = {s.name: s for s in tree.body if isinstance(s, ast.FunctionDef)}
    forward, backward = pair_of(functions, module.name)
    namespace = dict(module.namespace)
    args, kwargs = example_of(module)
    run = namespace[forward.name]
    arguments = arguments_of(run, *copy.deepcopy((args, kwargs)))
    (output, cache), steps, final = recorded_run(forward, namespace, args, kwargs)
    after = arguments_of(run, args, kwargs)
    dout = upstream_like(output)
    results, seen = first_visits(backward, namespace, (copy.deepcopy(dout), cache))
    grads = (results,) if len(module.wrt) == 1 else results
    before = {step.key: step.before for step in steps if not step.starts}
    stages, headers = forward_stages(forward, lines, module.stages.forward, before)
    listed = backward_groups(backward, lines, stages, module.stages.backward, seen)
    ran = [s for s in stages if s.ran]
    active = [
        s
        for s in active_stages(ran, tuple(module.wrt), final, returned(forward))
        if s.backward or not only_converts(s.statement)
    ]
    number(active)
    return Recording(
        module.name,
        tuple(
            a.arg for a in [*forward.args.posonlyargs, *forward.args.args, *forward.args.kwonlyargs]
        ),
        tuple(module.wrt),
        arguments,
        output,
        returned(forward),
        dout,
        dict(zip(module.wrt, grads, strict=True)),
        active,
        list(events_of(steps, statements(forward.body), active)),
        {(step.trips[:-1], step.key): step.trips[-1][1] for step in steps if step.starts},
        [s for s in stages if s in active or (s.planned and not s.ran)],
        headers,
        carried_names(forward),
        forward_listing(forward, lines, active),
        [
            Listed(x.text, x.stage.shown if x.stage and x.stage in active else 0, x.remark)
            for x in listed
        ],
        namespace,
        final,
        one_liners(functions),
        module.source,
        tree.body,
        (forward, backward),
        dependent_names(forward, tuple(module.wrt)),
        frozenset(n for n in arguments if not same(arguments[n], after[n])),
        module.stages.cached,
        gradient_names(forward, backward.args.args[0].arg, module.stages.gradients),
    )


def only_converts(statement: ast.stmt) -> bool:
    """Return whether a line only makes numbers floats under their own names: `x, y = float(x), float(y)`."""
    if not isinstance(statement, ast.Assign):
        return False
    target, value = statement.targets[0], statement.value
    names = syntax.elements(target)
    values = syntax.elements(value)
    return [ast.unparse(v) for v in values] == [f"float({ast.unparse(n)})" for n in names]


def gradient_names(
    forward: ast.FunctionDef, upstream: str, planned: Mapping[str, str]
) -> dict[str, str]:
    """Return what each variable's gradient is called; the output's is the upstream gradient."""
    found = {name: planned.get(name, gradient_of(name)) for name in syntax.names(forward)}
    output = syntax.identifier(returned(forward))
    return found | ({output: upstream} if gradient_of(output) == upstream else {})


def events_of(
    steps: list[Step], every: list[ast.stmt], active: list[StageText]
) -> Iterator[Visit | Trip | Rebound]:
    """Yield what happened in a run: the stages that the gradient flows through, what others bind, the trips of loops."""
    stages = {stage.key: stage for stage in active}
    for step in steps:
        loop = every[step.key]
        if step.starts and isinstance(loop, ast.For | ast.While):
            yield Trip(loop, step.key, step.trips, step.before)
        elif step.key in stages:
            yield Visit(stages[step.key], step.trips, step.before, step.after)
        elif isinstance(loop, ast.Assign) and not only_converts(loop):
            named = [n for target in loop.targets for n in syntax.every(ast.Name, target)]
            yield Rebound(tuple(n.id for n in named if isinstance(n.ctx, ast.Store)))


def pair_of(
    functions: Mapping[str, ast.FunctionDef], name: str
) -> tuple[ast.FunctionDef, ast.FunctionDef]:
    forward, backward = functions.get(forward_name(name)), functions.get(backward_name(name))
    if forward is None or backward is None:
        raise CodegenError(
            f"{name} has no forward and backward function to draw",
            advice='Generate it with style="assignment".',
        )
    return forward, backward


def example_of(module: Finished) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return a copy of the example that a module was generated with; the object of a method comes first."""
    args, kwargs = copy.deepcopy((module.args, dict(module.kwargs)))
    if inspect.ismethod(module.function):
        args = (copy.deepcopy(module.function.__self__), *args)
    return args, kwargs


def one_liners(
    functions: Mapping[str, ast.FunctionDef],
) -> dict[str, tuple[tuple[str, ...], ast.expr]]:
    found = {}
    for name, function in functions.items():
        body = [
            s
            for s in function.body
            if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        ]
        if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None:
            found[name] = (tuple(a.arg for a in function.args.args), body[0].value)
    return found


def returned(function: ast.FunctionDef) -> ast.expr:
    last = [s for s in statements(function.body) if isinstance(s, ast.Return)][-1]
    assert isinstance(last.value, ast.Tuple)
    return last.value.elts[0]
