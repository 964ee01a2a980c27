"""Leftovers: a function in which statements have taken the place of calls goes in; out comes the same without what
nothing reads any more.

Such are local functions, lists of objects of which only the length was asked, attributes that only keep things, and a
value that nobody wanted.

>>> tree = ast.parse('''def f(x):
...     def double(v):
...         return 2.0 * v
...     y = 2.0 * x
...     return y
... ''').body[0]
>>> tree.body = without_idle_functions(tree)
>>> print(ast.unparse(tree))
def f(x):
    y = 2.0 * x
    return y
"""

from __future__ import annotations

import ast
import collections
from collections.abc import Mapping

from codegen import syntax
from codegen.gates.pure import GROWING
from codegen.trace.guards import is_guard
from codegen.trace.normalize.fresh import bound_by, made, spliced
from codegen.trace.paths import path_of, place_of

COMPOUND = (ast.For, ast.While, ast.If, ast.With, ast.Try)


def without_unread(
    tree: ast.FunctionDef, owners: set[str], repeats: set[ast.stmt]
) -> list[ast.stmt]:
    """Return the body of a function without what only keeps things in attributes of objects made here that nothing
    reads, such as the children of a node in a graph of computations, and without what `repeats` the making of an object
    that is made as a whole, too.
    """
    nodes = syntax.walk(tree) if owners else []
    read = {path_of(n) for n in syntax.loads(tree, ast.Attribute)}
    read |= {path_of(n.target) for n in nodes if isinstance(n, ast.AugAssign)}
    inner = {n.value for n in nodes if isinstance(n, ast.Attribute)}
    kept = [
        s
        for s in nodes
        if isinstance(s, ast.Assign)
        and (s in repeats or is_kept(s))
        and root_of_target(s) in owners
    ]
    idle = {s for s in kept if path_of(s.targets[0]) not in read}
    inside = {n for s in idle for n in ast.walk(s)}
    whole = {n.id for n in nodes if isinstance(n, ast.Name) and n not in inner | inside}
    idle = {s for s in idle if s in repeats or root_of_target(s) not in whole}
    return spliced(tree.body, lambda s: [] if s in idle else [s]) if idle else tree.body


def root_of_target(statement: ast.Assign) -> str:
    """Return the variable of which a statement writes an attribute, "" where it writes something else."""
    match statement.targets:
        case [ast.Attribute(value=ast.Name(owner))]:
            return owner
    return ""


def is_kept(statement: ast.Assign) -> bool:
    """Return whether a statement only keeps variables and literals, in a display or in a container made of one."""
    value = statement.value
    match value:
        case ast.Call(func=ast.Name("set" | "list" | "tuple" | "dict"), args=args, keywords=[]):
            parts = args
        case _:
            parts = [value]
    waiting = list(parts)
    for part in waiting:
        if isinstance(part, ast.Tuple | ast.List | ast.Set):
            waiting += part.elts
        elif isinstance(part, ast.Dict):
            waiting += [e for e in (*part.keys, *part.values) if e is not None]
        elif not isinstance(part, ast.Constant) and (
            part is value or not isinstance(part, ast.Name)
        ):
            return False
    return True


def without_idle_lists(tree: ast.FunctionDef, listed: Mapping[str, int]) -> list[ast.stmt]:
    """Return the body without the lists of objects made here of which only the known length is asked."""
    nodes = syntax.walk(tree) if listed else []
    longer = [n.value for n in nodes if isinstance(n, ast.Attribute) and n.attr in GROWING]
    known = {path: n for path, n in listed.items() if path not in set(map(place_of, longer))}
    texts = {f"len({path}) != {count}" for path, count in known.items()}
    texts |= {f"len({path}) < {k}" for path, count in known.items() for k in range(count + 1)}
    asked = {s for s in nodes if is_guard(s) and syntax.show(s.test) in texts}
    inside = {n for s in asked for n in ast.walk(s)}
    rest = [n for n in nodes if n not in inside]
    inner = {n.value for n in rest if isinstance(n, ast.Attribute)}
    loads = [n for n in rest if isinstance(getattr(n, "ctx", None), ast.Load)]
    read = [(n, place_of(n)) for n in loads if isinstance(n, ast.Attribute) or n not in inner]
    sets = [s for s in rest if isinstance(s, ast.Assign) and len(s.targets) == 1]
    idle: set[ast.AST] = set()
    count = -1
    while count < len(idle):  # one may be read by another alone
        count, parts = len(idle), {n for s in idle for n in ast.walk(s)}
        paths = {path for n, path in read if n not in parts}
        unread = {path for path in known if not {path, syntax.first_name(path)} & paths}
        idle |= {s for s in sets if place_of(s.targets[0]) in unread}
    gone = {*asked, *idle}
    return spliced(tree.body, lambda s: [] if s in gone else [s]) if gone else tree.body


def without_idle_functions(tree: ast.FunctionDef) -> list[ast.stmt]:
    """Return the body without local functions and classes whose statements have replaced all calls."""
    read = collections.Counter(n.id for n in syntax.loads(tree, ast.Name))

    def is_idle_function(statement: ast.stmt) -> bool:
        match statement:
            case ast.FunctionDef(name=name, decorator_list=[], args=given) | ast.Assign(
                [ast.Name(name)], ast.Lambda(args=given)
            ):
                # what its defaults call is called where it is defined
                return name not in read and not syntax.has(given, ast.Call)
            case ast.ClassDef(name=name, bases=[], keywords=[], decorator_list=[], body=body):
                own = [n for n in syntax.loads(statement, ast.Name) if n.id == name]
                return len(own) == read[name] and all(map(is_definition, body))
        return False

    return spliced(tree.body, lambda s: [] if is_idle_function(s) else [s])


def is_definition(statement: ast.stmt) -> bool:
    """Return whether a statement in a class does nothing but give it a method or a constant."""
    match statement:
        case ast.FunctionDef(args=given, decorator_list=decorators):
            parts: list[ast.AST] = [given, *decorators]
            return not any(isinstance(n, ast.Call) for part in parts for n in ast.walk(part))
        case ast.Assign(value=ast.Constant()) | ast.AnnAssign(value=ast.Constant() | None):
            return True
    return isinstance(statement, ast.Pass) or syntax.bare_string(statement) is not None


def without_value(body: list[ast.stmt], value: ast.expr) -> list[ast.stmt]:
    """Return the statements of a call whose value nobody wants without those that only set it to nothing."""
    name = syntax.identifier(value)
    if not name or any(name in syntax.reads(s) for s in body):
        return body

    def block(body: list[ast.stmt]) -> list[ast.stmt]:
        kept = [
            s for s in body if not (bound_by(s) == name and syntax.is_nothing(syntax.value_of(s)))
        ]
        for statement in kept:
            syntax.change_blocks(statement, block)
            if isinstance(statement, COMPOUND) and not statement.body:
                statement.body = [made(ast.Pass(), statement)]
        return kept

    return block(body)
