"""Names, numbers and code as mathematics: a word of a program goes in, LaTeX comes out."""

from __future__ import annotations

import re

from codegen.errors import visible

BIG = 1e6
GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
})  # fmt: skip


def name_latex(name: str) -> str:
    """Return a variable as mathematics: Greek letters, digits as indices, long names upright."""
    if name.startswith("d "):
        return r"\mathrm{d}" + name_latex(name[2:])
    if name == "eps":
        return r"\varepsilon"
    bare = name.rstrip("_")
    if bare in GREEK:
        return "\\" + bare
    found = re.fullmatch(r"([A-Za-z]+?)_?(\d+)", name)
    if found:
        return f"{name_latex(found[1])}_{{{found[2]}}}"
    if name == "_" or len(name) == 1 and name.isalnum():
        return name.replace("_", r"\_")
    if not re.fullmatch(r"\w+'*", name):
        return code_latex(name)  # the key of a dict, which may be any text
    return r"\mathrm{" + name.replace("_", r"\_") + "}"


def bracketed(text: str) -> str:
    """Return LaTeX in brackets, as high as what they hold."""
    return rf"\left({text}\right)" if re.search(r"\\(frac|begin|sum|sqrt)", text) else f"({text})"


def number_latex(value: float) -> str:
    """Return a number; 1.0 is 1, and 1e-05 is a power of ten."""
    if isinstance(value, float) and value.is_integer() and abs(value) < BIG:
        return str(int(value))
    text = repr(value)
    if isinstance(value, float) and abs(value) >= BIG:
        power_alone = f"{value:.0e}"
        text = power_alone if float(power_alone) == value else f"{value:.15g}"
    mantissa, e, power = text.partition("e")
    if not e:
        return text
    if mantissa in ("1", "-1"):
        return f"{mantissa[:-1]}10^{{{int(power)}}}"
    return rf"{mantissa} \cdot 10^{{{int(power)}}}"


CODE = re.compile(r"\\texttt\{((?:[^{}\\]|\\.)*)\}")
"""Code as `code_latex` writes it."""


def code_latex(text: str) -> str:
    """Return code as it stands."""
    escaped = re.sub(r"([\\_%&#${}])", r"\\\1", visible(text))
    return rf"\texttt{{{escaped}}}"
