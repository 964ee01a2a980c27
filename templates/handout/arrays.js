// Arrays of an exercise, by NumPy's rules: a number is a number, an array has its shape s and its entries d, row by row.
const N = (function () {
  const is = (a) => typeof a === "object" && a !== null;
  const shape = (a) => (is(a) ? a.s : []), flat = (a) => (is(a) ? a.d : [a]);
  const count = (s) => s.reduce((p, n) => p * n, 1);
  const made = (s, d) => (s.length ? { s, d } : d[0]);
  const fill = (words, parts) => words.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
  const shown = (s) => (s.length ? "(" + s.join(", ") + ")" : "()");

  function both(s, t) {
    const n = Math.max(s.length, t.length);
    return Array.from({ length: n }, (_, k) => {
      const a = s[s.length - n + k] || 1, b = t[t.length - n + k] || 1;
      if (a !== b && a !== 1 && b !== 1) throw new Error(fill("the shapes {a} and {b} do not fit", { a: shown(s), b: shown(t) }));
      return Math.max(a, b);
    });
  }

  function spread(a, s) {
    const own = shape(a), d = flat(a), off = s.length - own.length;
    const steps = own.map((n, k) => (n === 1 ? 0 : count(own.slice(k + 1))));
    return Array.from({ length: count(s) }, (_, i) => {
      let at = 0, rest = i;
      for (let k = s.length - 1; k >= off; k--) { const j = rest % s[k]; rest = (rest - j) / s[k]; at += j * steps[k - off]; }
      return d[at];
    });
  }

  const map = (f, a) => (is(a) ? { s: a.s, d: a.d.map((v) => f(v)) } : f(a));

  function zip(f, a, b) {
    if (!is(a) && !is(b)) return f(a, b);
    const s = both(shape(a), shape(b)), x = spread(a, s), y = spread(b, s);
    return made(s, x.map((v, i) => f(v, y[i])));
  }

  function where(c, a, b) {
    const s = both(both(shape(c), shape(a)), shape(b)), x = spread(a, s), y = spread(b, s);
    return made(s, spread(c, s).map((v, i) => (v ? x[i] : y[i])));
  }

  function T(a) {
    if (shape(a).length < 2) return a;
    const [n, m] = a.s;
    return { s: [m, n], d: Array.from({ length: n * m }, (_, i) => a.d[(i % n) * m + Math.floor(i / n)]) };
  }

  function dot(a, b) {
    if (!is(a) || !is(b)) return zip((x, y) => x * y, a, b);
    const p = a.s.length === 1 ? [1, a.s[0]] : a.s, q = b.s.length === 1 ? [b.s[0], 1] : b.s;
    if (p[1] !== q[0]) throw new Error(fill("the shapes {a} and {b} do not fit", { a: shown(a.s), b: shown(b.s) }));
    const d = [];
    for (let i = 0; i < p[0]; i++) for (let j = 0; j < q[1]; j++) {
      let sum = 0;
      for (let k = 0; k < p[1]; k++) sum += a.d[i * p[1] + k] * b.d[k * q[1] + j];
      d.push(sum);
    }
    return made([...(a.s.length === 1 ? [] : [p[0]]), ...(b.s.length === 1 ? [] : [q[1]])], d);
  }

  function along(f, a, axis, keep) {
    if (!is(a)) return f([a]);
    if (axis === null || axis === undefined) return keep ? { s: a.s.map(() => 1), d: [f(a.d)] } : f(a.d);
    const k = axis < 0 ? axis + a.s.length : axis;
    if (!(k in a.s)) throw new Error(fill("there is no axis {n} here", { n: axis }));
    const n = a.s[k], inner = count(a.s.slice(k + 1)), d = [];
    for (let o = 0; o < count(a.s.slice(0, k)); o++) for (let i = 0; i < inner; i++) {
      d.push(f(Array.from({ length: n }, (_, j) => a.d[(o * n + j) * inner + i])));
    }
    return made(keep ? a.s.map((m, j) => (j === k ? 1 : m)) : a.s.filter((_, j) => j !== k), d);
  }

  function pick(a, parts) {
    const s = [], own = shape(a);
    let k = 0, at = 0;
    parts.forEach((part) => {
      if (part === null) { s.push(1); return; }
      if (part === ":") { s.push(own[k++]); return; }
      if (k > 0 || own[k] === undefined) throw new Error("an index like this is not known here");
      at += (part < 0 ? part + own[0] : part) * count(own.slice(1));
      k += 1;
    });
    s.push(...own.slice(k));
    return made(s, flat(a).slice(at, at + count(s)));
  }

  const total = (list) => list.reduce((p, v) => p + v, 0);
  const column = (a) => ({ s: [flat(a).length, 1], d: flat(a) }), row = (a) => ({ s: [1, flat(a).length], d: flat(a) });
  return {
    is, shape, flat, count, made, shown, map, zip, where, T, dot, pick,
    sum: (a, axis, keep) => along(total, a, axis, keep),
    mean: (a, axis, keep) => along((list) => total(list) / list.length, a, axis, keep),
    max: (a, axis, keep) => along((list) => Math.max(...list), a, axis, keep),
    min: (a, axis, keep) => along((list) => Math.min(...list), a, axis, keep),
    outer: (a, b) => dot(column(a), row(b)),
    add: (a, b) => zip((x, y) => x + y, a, b), sub: (a, b) => zip((x, y) => x - y, a, b),
    mul: (a, b) => zip((x, y) => x * y, a, b), div: (a, b) => zip((x, y) => x / y, a, b),
    neg: (a) => map((x) => -x, a),
  };
})();
