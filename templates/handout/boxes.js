// Boxes of an exercise: what is written into them is judged here, by numbers. No answer is stored in the page: the true
// gradients are slopes of the forward pass, at the example and at other inputs.
(function () {
  if (!BOXED.length) return;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const fill = (words, parts) => words.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
  const gates = BOXED, last = BOXES.output, EPS = 1e-4;
  const inputs = gates.map((gate) => gate.x);

  // ---- the forward pass, a wire moved everywhere (sites is null), or only where some ports of gates read it

  function forward(xs, moved, sites, by) {
    const w = [];
    gates.forEach((gate, k) => {
      const read = (j, port) => (j === moved && (!sites || sites.some(([g, p]) => g === k && p === port)) ? N.add(w[j], by) : w[j]);
      w[k] = gate.o ? gate.f(gate.o.map(read), w) : xs[k];
    });
    return w;
  }

  const weigh = (out, up) => N.sum(N.mul(out, up));

  function sides(xs, k, sites, up = BOXES.dout) {
    const w = forward(xs, -1, null, 0), middle = weigh(w[last], up), low = [], high = [];
    N.flat(w[k]).forEach((v, i) => {
      const h = EPS * (1 + Math.abs(v)), unit = (by) => N.made(N.shape(w[k]), N.flat(w[k]).map((_, j) => (i === j ? by : 0)));
      const at = (by) => weigh(k === last && !sites ? N.add(w[last], unit(by)) : forward(xs, k, sites, unit(by))[last], up);
      const central = (s) => (at(s) - at(-s)) / (2 * s);
      const whole = (4 * central(h / 2) - central(h)) / 3;
      const right = (at(h / 8) - middle) / (h / 8), left = (middle - at(-h / 8)) / (h / 8);
      const kink = Math.abs(right - left) > 1e-2 * (1 + Math.abs(whole));
      low.push(kink ? Math.min(left, right) : whole);
      high.push(kink ? Math.max(left, right) : whole);
    });
    return [N.made(N.shape(w[k]), low), N.made(N.shape(w[k]), high)];
  }

  const slope = (xs, k, sites, up) => { const [a, b] = sides(xs, k, sites, up); return N.div(N.add(a, b), 2); };

  let seed = 7;
  const random = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };
  const others = [];
  for (let tries = 0; tries < 40 && others.length < 5; tries++) {
    const xs = inputs.map((x) => (x === undefined ? x : N.map((v) => v * (0.6 + 0.8 * random()) + 0.2 * (random() - 0.5), x)));
    if (forward(xs, -1, null, 0).every((w) => N.flat(w).every(Number.isFinite))) others.push(xs);
  }

  // ---- a line of Python, as far as it is arithmetic

  const FUNCTIONS = { where: N.where, float: (x) => x, array: (x) => x, asarray: (x) => x, copy: (x) => x, square: (x) => N.mul(x, x), dot: N.dot, matmul: N.dot, outer: N.outer, transpose: N.T, sum: N.sum, mean: N.mean, ones_like: (x) => N.map(() => 1, x), zeros_like: (x) => N.map(() => 0, x) };
  const TWO = { maximum: Math.max, minimum: Math.min, max: Math.max, min: Math.min, power: Math.pow, pow: Math.pow, hypot: Math.hypot, arctan2: Math.atan2, atan2: Math.atan2, multiply: (a, b) => a * b, divide: (a, b) => a / b, add: (a, b) => a + b, subtract: (a, b) => a - b };
  const ONE = { abs: Math.abs, fabs: Math.abs, absolute: Math.abs, arctan: Math.atan, arcsin: Math.asin, arccos: Math.acos, negative: (x) => -x };
  "exp log sqrt tanh sin cos tan sinh cosh sign log1p expm1 log2 log10 cbrt floor ceil atan asin acos".split(" ").forEach((name) => { ONE[name] = Math[name]; });
  Object.entries(TWO).forEach(([name, f]) => { FUNCTIONS[name] = (a, b) => N.zip(f, a, b); });
  Object.entries(ONE).forEach(([name, f]) => { FUNCTIONS[name] = (a) => N.map(f, a); });
  const KNOWN = Object.assign({}, BOXES.names, BOXES.grads, ...BOXES.lines.flatMap((line) => (line ? line.places.flatMap((place) => [place.names, place.grads, place.partial]) : [])));

  function read(text) {
    const tokens = text.match(/\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|\w+(?:\.\w+)*|\*\*|[<>=!]=|\S/gi) || [];
    let at = 0;
    const take = (one) => (tokens[at] === one ? (at++, true) : false);
    const both = (next, signs) => () => {
      let left = next();
      while (signs[tokens[at]]) { const f = signs[tokens[at++]], a = left, b = next(); left = (env) => f(a(env), b(env)); }
      return left;
    };
    const zipped = (f) => (a, b) => N.zip(f, a, b);
    const power = () => {
      const base = atom();
      if (!take("**")) return base;
      const up = factor();
      return (env) => N.zip(Math.pow, base(env), up(env));
    };
    const factor = () => {
      if (take("-")) { const f = factor(); return (env) => N.neg(f(env)); }
      if (take("~")) { const f = factor(); return (env) => N.map((a) => +!a, f(env)); }
      return take("+") ? factor() : power();
    };
    const term = both(factor, { "*": N.mul, "/": N.div, "@": N.dot });
    const sum = both(term, { "+": N.add, "-": N.sub });
    const whole = both(sum, { ">": zipped((a, b) => +(a > b)), "<": zipped((a, b) => +(a < b)), ">=": zipped((a, b) => +(a >= b)), "<=": zipped((a, b) => +(a <= b)), "==": zipped((a, b) => +(a === b)), "!=": zipped((a, b) => +(a !== b)) });

    function called(name, first) {
      const args = first ? [first] : [], named = {};
      while (!take(")")) {
        if (tokens[at + 1] === "=") { const key = tokens[at]; at += 2; named[key] = whole(); }
        else args.push(whole());
        if (!take(",") && tokens[at] !== ")") throw new Error("a bracket is not closed");
      }
      if (!FUNCTIONS[name]) throw new Error(fill("there is no {x} here", { x: name }));
      return (env) => {
        const values = args.map((f) => f(env));
        if (named.axis) values[1] = named.axis(env);
        if (named.keepdims) { values[1] = values[1] === undefined ? null : values[1]; values[2] = named.keepdims(env); }
        return FUNCTIONS[name](...values);
      };
    }

    function indexed(base) {
      const parts = [];
      while (!take("]")) {
        if (take(":")) parts.push(() => ":");
        else parts.push(whole());
        if (!take(",") && tokens[at] !== "]") throw new Error("a bracket is not closed");
      }
      return (env) => N.pick(base(env), parts.map((f) => f(env)));
    }

    function part(base, name, ends) {
      if (ends && take("(")) return called(name, base);
      if (name === "T") return (env) => N.T(base(env));
      if (name === "size") return (env) => N.flat(base(env)).length;
      if (name === "shape") return (env) => { const s = N.shape(base(env)); return N.made([s.length], s); };
      throw new Error(fill("there is no {x} here", { x: name }));
    }

    function behind(base) {
      for (;;) {
        if (take("[")) base = indexed(base);
        else if (take(".")) base = part(base, tokens[at++], true);
        else return base;
      }
    }

    function atom() {
      if (take("(")) {
        const inner = whole();
        if (!take(")")) throw new Error(fill("a bracket is not closed", {}));
        return behind(inner);
      }
      const one = tokens[at++];
      if (one === undefined) throw new Error("something is missing at the end");
      if (/^[\d.]/.test(one)) return () => Number(one);
      if (!/^\w/.test(one)) throw new Error(fill("{x} is not expected here", { x: one }));
      const item = [one, tokens[at], tokens[at + 1], tokens[at + 2]].join("");
      if (tokens[at] === "[" && item in KNOWN) { at += 3; return (env) => env[item]; }
      const dots = one.split(".");
      if (/^(np|math|numpy)$/.test(dots[0])) {
        const name = dots[dots.length - 1];
        if (take("(")) return behind(called(name));
        if (name === "pi" || name === "e") { const value = name === "pi" ? Math.PI : Math.E; return () => value; }
        if (name === "newaxis") return () => null;
      }
      if (/^(True|False|None)$/.test(one)) return () => ({ True: 1, False: 0, None: null })[one];
      if (dots.length === 1 && take("(")) return behind(called(one));
      let own = dots.length;
      while (own > 1 && !(dots.slice(0, own).join(".") in KNOWN)) own -= 1;
      const name = dots.slice(0, own).join(".");
      const base = dots.slice(own).reduce((before, last, k, rest) => part(before, last, k === rest.length - 1), (env) => { if (!(name in env)) throw new Error(fill("there is no {x} here", { x: name })); return env[name]; });
      return behind(base);
    }
    const found = whole();
    if (at < tokens.length) throw new Error(fill("{x} is not expected here", { x: tokens[at] }));
    return found;
  }

  // everything at an upstream gradient other than 1: else nobody could see that it is left out

  function known(xs, dout, place) {
    const env = {}, w = forward(xs, -1, null, 0);
    const name = (one, get) => Object.defineProperty(env, one, { get, configurable: true });
    Object.entries(BOXES.names).forEach(([one, k]) => name(one, () => w[k]));
    Object.entries(place.fixed).forEach(([one, value]) => name(one, () => value));
    Object.entries(place.names).forEach(([one, k]) => name(one, () => w[k]));
    Object.entries({ ...BOXES.grads, ...place.grads }).forEach(([one, k]) => name(one, () => slope(xs, k, null, dout)));
    Object.entries(place.partial).forEach(([one, sites]) => name(one, () => slope(xs, place.gate, sites, dout)));
    return env;
  }

  // ---- what is seen in a box; the words are those of the judge

  const near = (a, b) => Math.abs(a - b) <= 1e-4 * (Math.abs(a) + Math.abs(b)) + 1e-6;
  const close = (a, b) => N.shown(N.shape(a)) === N.shown(N.shape(b)) && N.flat(a).every((v, i) => near(v, N.flat(b)[i]));
  const mistake = (kind, parts) => ({ seen: fill(BOXES.said[kind][0], parts), hint: fill(BOXES.said[kind][1], parts) });

  function ofLine(line, text) {
    let sign = line.sign, variable = line.target;
    if (!sign) {
      const found = text.match(/^\s*(\+=|-=|=)(?!=)/);
      if (!found) return { seen: "a line sets a variable with =, or adds to it with +=", hint: "" };
      sign = found[1];
      text = text.slice(found[0].length);
      if (!line.adds && !line.item && sign !== "=") return { seen: fill("{variable} has no other term yet: its first line sets it with =", { variable }), hint: "" };
      if (line.adds && sign === "=") return mistake("overwritten", { variable });
    }
    let f, pairs;
    try {
      f = read(text.replace(/#.*/, ""));
      pairs = [inputs, ...others].flatMap((xs, i) => {
        const dout = N.map(() => (N.is(BOXES.dout) ? 0.4 + 1.2 * random() : 0.7 + 0.35 * i), BOXES.dout);
        return line.places.map((place) => { // a line in a loop has one for each trip
          const env = known(xs, dout, place), u = f(env), sites = place.sites.length ? place.sites : null;
          const own = (x) => (line.item ? N.pick(x, [line.item in env ? env[line.item] : Number(line.item)]) : x);
          const [a, b] = sides(xs, place.gate, sites, dout).map(own);
          return [sign === "-=" ? N.neg(u) : u, a, b, slope(xs, place.up, null, dout)];
        });
      });
    } catch (error) { return { seen: error.message, hint: "" }; }
    const [one, true_] = pairs[0], found = N.shown(N.shape(one)), expected = N.shown(N.shape(true_));
    if (N.shape(one).length === 2 && close(N.T(one), true_)) {
      if (found !== expected || !close(one, true_)) return mistake("transposed", { variable });
    }
    if (found !== expected && sign === "=") {
      const more = N.flat(one).length - N.flat(true_).length;
      return mistake(more > 0 ? "sum_missing" : more < 0 ? "sum_extra" : "shape", { variable, found, expected });
    }
    const rows = [];
    try {
      pairs.forEach(([u, a, b, up]) => {
        const shape = N.shape(a), none = N.map(() => 0, a), whole = N.add(u, none), ups = N.is(up) && N.shown(N.shape(up)) !== N.shown(shape) ? [] : N.flat(N.add(up, none));
        if (N.shown(N.shape(whole)) !== N.shown(shape)) throw new Error();
        N.flat(whole).forEach((v, i) => rows.push([v, N.flat(a)[i], N.flat(b)[i], ups[i]]));
      });
    } catch (error) { return mistake("shape", { variable, found, expected }); }
    const kept = rows.filter(([u, a, b]) => Number.isFinite(u) && Number.isFinite(a + b));
    if (kept.length < 2) return { seen: "this cannot be computed", hint: "" };
    if (kept.every(([u, a, b]) => near(u, a) || near(u, b) || (u > a && u < b))) return null;
    const smooth = kept.filter(([, a, b]) => a === b && Math.abs(a) > 1e-9), ratios = smooth.map(([u, a]) => u / a);
    if (smooth.length && ratios.every((q) => near(q, -1))) return mistake("sign", { variable, where: "" });
    if (smooth.length && smooth.every(([u, a, , up]) => near(u * up, a))) return mistake("no_upstream", { variable });
    if (smooth.length > 1 && ratios.every((q) => near(q, ratios[0])) && Math.abs(ratios[0]) > 1e-6) return mistake("factor", { variable, ratio: Number(ratios[0].toPrecision(4)) });
    return mistake("local_gradient", { variable });
  }

  function ofGate(k, text) {
    const u = Number(text.replace(/\u2212/g, "-").replace(",", ".")), variable = fill("the gradient of {x}", { x: gates[k].n || gates[k].t || fill("gate {n}", { n: k }) });
    if (!Number.isFinite(u)) return { seen: "this is no number", hint: "" };
    const [a, b] = sides(inputs, k, null), room = 0.0051 + 0.01 * Math.max(Math.abs(a), Math.abs(b));
    if (u >= a - room && u <= b + room) return null;
    if (a === b && Math.abs(u + a) <= room) return mistake("sign", { variable, where: "" });
    const stages = [...new Set(gates.filter((gate) => gate.o && gate.o.includes(k)).map((gate) => gate.s))];
    if (stages.length > 1) {
      const read = (s) => gates.flatMap((gate, g) => (gate.o && gate.s === s ? gate.o.flatMap((j, port) => (j === k ? [[g, port]] : [])) : []));
      const terms = stages.map((s) => [s, slope(inputs, k, read(s))]);
      if (terms.some(([, t]) => Math.abs(u - t) <= room)) return mistake("overwritten", { variable });
      const lost = terms.find(([, t]) => Math.abs(u + t - a) <= room && Math.abs(t) > room);
      if (lost) return mistake("term_missing", { variable, term: fill("stage {n}", { n: lost[0] }) });
    }
    return mistake("unknown", { variable });
  }

  // ---- the boxes

  const written = new Map(), verdicts = new Map(), order = [];
  let level = 1, stuck = "";

  const shownAt = forward(inputs, -1, null, 0);

  function box(key, name, judge) {
    const one = document.createElement("input");
    one.className = "box";
    one.autocomplete = "off";
    one.spellcheck = false;
    one.setAttribute("aria-label", name);
    one.dataset.box = key;
    if (!order.some(([known]) => known === key)) order.push([key, name, judge]);
    one.addEventListener("click", (event) => event.stopPropagation());
    one.addEventListener("keydown", (event) => event.stopPropagation());
    one.addEventListener("change", () => { written.set(key, one.value); tell(); });
    return one;
  }

  all("#backward .blank").forEach((blank, i) => {
    const line = BOXES.lines[i];
    if (!line) return;
    blank.classList.add("boxed");
    blank.after(box("line" + i, fill("stage {n}: {x}", { n: line.stage, x: line.target }), (text) => ofLine(line, text)));
  });
  all(".picture .gate[data-gate]").forEach((e) => {
    const own = e.dataset.gate, k = BOXES.drawn[own], room = e.querySelector("text.g");
    if (k === undefined || k === last || !room || !/^_+$/.test(room.textContent) || N.is(shownAt[k])) return;
    const place = document.createElementNS("http://www.w3.org/2000/svg", "foreignObject");
    Object.entries({ x: room.getAttribute("x") - 1, y: room.getAttribute("y") - 13, width: 44, height: 18 }).forEach(([name, value]) => place.setAttribute(name, value));
    room.classList.add("boxed");
    place.append(box("gate" + own, fill("the gradient of {x}", { x: gates[k].n || gates[k].t || fill("gate {n}", { n: k }) }), (text) => ofGate(k, text)));
    e.append(place);
  });
  all(".values tr[data-gate]").forEach((e) => {
    const own = e.dataset.gate, k = BOXES.drawn[own], blank = e.querySelector(".blank");
    if (!blank || k === undefined || k === last || N.is(shownAt[k])) return;
    blank.classList.add("boxed");
    blank.after(box("gate" + own, fill("the gradient of {x}", { x: gates[k].n }), (text) => ofGate(k, text)));
  });
  order.sort(([a], [b]) => (a[0] === b[0] ? (a[0] === "l" ? 1 : -1) * (Number(a.slice(4)) - Number(b.slice(4))) : a[0] === "l" ? -1 : 1));

  const panel = document.getElementById("boxes"), verdict = document.getElementById("verdict"), more = document.getElementById("hint");

  function tell() {
    let right = 0, first = null;
    order.forEach(([key, name, judge]) => {
      const text = (written.get(key) || "").trim(), found = text ? judge(text) : undefined;
      verdicts.set(key, found);
      if (found === null) right += 1;
      if (found && !first) first = [key, name, found];
      all('[data-box="' + key + '"]').forEach((e) => {
        if (e.value !== text) e.value = text;
        e.classList.toggle("right", found === null);
        e.classList.toggle("wrong", Boolean(found));
        e.setAttribute("aria-invalid", String(Boolean(found)));
      });
    });
    const key = first ? first[0] + (written.get(first[0]) || "") : "";
    if (key !== stuck) { stuck = key; level = 1; }
    const parts = [fill("{n} of {m} boxes are right.", { n: right, m: order.length })];
    if (first) parts.push(fill("First wrong: {x}.", { x: first[1] }));
    if (first && level > 1) parts.push(fill("What is seen: {x}.", { x: first[2].seen }));
    if (first && level > 2 && first[2].hint) parts.push(fill("Hint: {x}.", { x: first[2].hint }));
    verdict.textContent = parts.join(" ");
    more.hidden = !first || level > (first[2].hint ? 2 : 1);
  }

  more.addEventListener("click", () => { level += 1; tell(); });
  panel.hidden = false;
  tell();
  window.boxes = { set: (key, text) => { written.set(key, text); tell(); }, keys: order.map(([key]) => key), verdict: (key) => verdicts.get(key), hint: () => more.click() };
})();
