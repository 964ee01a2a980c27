// Boxes of an exercise: what is written into them is judged here, by numbers. No answer is stored in the page: the true
// gradients are slopes of the forward pass, at the example and at other inputs.
(function () {
  if (!BOXED.length) return;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const fill = (words, parts) => words.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
  const gates = BOXED, last = BOXES.output, EPS = 1e-4;
  const inputs = gates.map((gate) => gate.x);

  // ---- the forward pass, a wire moved everywhere or only where one stage reads it

  function forward(xs, moved, stage, by) {
    const w = [];
    gates.forEach((gate, k) => {
      const read = (j) => w[j] + (j === moved && (stage === 0 || gate.s === stage) ? by : 0);
      w[k] = gate.o ? gate.f(gate.o.map(read), w) : xs[k];
    });
    return w;
  }

  function sides(xs, k, stage) {
    const w = forward(xs, -1, 0, 0), h = EPS * (1 + Math.abs(w[k]));
    const at = (by) => (k === last && stage === 0 ? w[last] + by : forward(xs, k, stage, by)[last]);
    const middle = (s) => (at(s) - at(-s)) / (2 * s);
    const whole = (4 * middle(h / 2) - middle(h)) / 3;
    const right = (at(h / 8) - w[last]) / (h / 8), left = (w[last] - at(-h / 8)) / (h / 8);
    const kink = Math.abs(right - left) > 1e-2 * (1 + Math.abs(whole));
    return kink ? [Math.min(left, right), Math.max(left, right)] : [whole, whole];
  }

  const slope = (xs, k, stage) => { const [a, b] = sides(xs, k, stage); return (a + b) / 2; };

  let seed = 7;
  const random = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };
  const others = [];
  for (let tries = 0; tries < 40 && others.length < 5; tries++) {
    const xs = inputs.map((x) => (x === undefined ? x : x * (0.6 + 0.8 * random()) + 0.2 * (random() - 0.5)));
    if (forward(xs, -1, 0, 0).every(Number.isFinite)) others.push(xs);
  }

  // ---- a line of Python, as far as it is arithmetic

  const FUNCTIONS = { abs: Math.abs, fabs: Math.abs, absolute: Math.abs, maximum: Math.max, minimum: Math.min, max: Math.max, min: Math.min, power: Math.pow, pow: Math.pow, hypot: Math.hypot, square: (x) => x * x, where: (c, a, b) => (c ? a : b), float: (x) => x, arctan2: Math.atan2, atan2: Math.atan2, arctan: Math.atan, arcsin: Math.asin, arccos: Math.acos };
  "exp log sqrt tanh sin cos tan sinh cosh sign log1p expm1 log2 log10 cbrt floor ceil atan asin acos".split(" ").forEach((name) => { FUNCTIONS[name] = Math[name]; });

  function read(text) {
    const tokens = text.match(/\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|\w+(?:\.\w+)*(?:\[\w+\])?|\*\*|[<>=!]=|\S/gi) || [];
    let at = 0;
    const take = (one) => (tokens[at] === one ? (at++, true) : false);
    const both = (next, signs) => () => {
      let left = next();
      while (signs[tokens[at]]) { const f = signs[tokens[at++]], a = left, b = next(); left = (env) => f(a(env), b(env)); }
      return left;
    };
    const power = () => {
      const base = atom();
      if (!take("**")) return base;
      const up = factor();
      return (env) => Math.pow(base(env), up(env));
    };
    const factor = () => {
      if (take("-")) { const f = factor(); return (env) => -f(env); }
      return take("+") ? factor() : power();
    };
    const term = both(factor, { "*": (a, b) => a * b, "/": (a, b) => a / b });
    const sum = both(term, { "+": (a, b) => a + b, "-": (a, b) => a - b });
    const whole = both(sum, { ">": (a, b) => +(a > b), "<": (a, b) => +(a < b), ">=": (a, b) => +(a >= b), "<=": (a, b) => +(a <= b), "==": (a, b) => +(a === b), "!=": (a, b) => +(a !== b) });
    function atom() {
      if (take("(")) {
        const inner = whole();
        if (!take(")")) throw new Error(fill("a bracket is not closed", {}));
        return inner;
      }
      const one = tokens[at++];
      if (one === undefined) throw new Error("something is missing at the end");
      if (/^[\d.]/.test(one)) return () => Number(one);
      if (!/^\w/.test(one)) throw new Error(fill("{x} is not expected here", { x: one }));
      const name = one.split(".").pop();
      if (take("(")) {
        const args = [];
        while (!take(")")) { args.push(whole()); if (!take(",") && tokens[at] !== ")") throw new Error("a bracket is not closed"); }
        if (!FUNCTIONS[name]) throw new Error(fill("there is no {x} here", { x: one }));
        return (env) => FUNCTIONS[name](...args.map((f) => f(env)));
      }
      if (/^(np|math)\.(pi|e)$/.test(one)) { const value = name === "pi" ? Math.PI : Math.E; return () => value; }
      return (env) => { if (!(one in env)) throw new Error(fill("there is no {x} here", { x: one })); return env[one]; };
    }
    const found = whole();
    if (at < tokens.length) throw new Error(fill("{x} is not expected here", { x: tokens[at] }));
    return found;
  }

  // everything at an upstream gradient other than 1: else nobody could see that it is left out

  function known(xs, dout) {
    const env = {}, w = forward(xs, -1, 0, 0);
    Object.entries(BOXES.names).forEach(([name, k]) => { env[name] = w[k]; });
    Object.entries(BOXES.grads).forEach(([name, k]) => { Object.defineProperty(env, name, { get: () => dout * slope(xs, k, 0) }); });
    return env;
  }

  // ---- what is seen in a box; the words are those of the judge

  const near = (a, b) => Math.abs(a - b) <= 1e-4 * (Math.abs(a) + Math.abs(b)) + 1e-6;
  const mistake = (kind, parts) => ({ seen: fill(BOXES.said[kind][0], parts), hint: fill(BOXES.said[kind][1], parts) });

  function ofLine(line, text) {
    let sign = line.sign, variable = line.target;
    if (!sign) {
      const found = text.match(/^\s*(\+=|-=|=)(?!=)/);
      if (!found) return { seen: "a line sets a variable with =, or adds to it with +=", hint: "" };
      sign = found[1];
      text = text.slice(found[0].length);
      const first = BOXES.lines.find((one) => one && one.target === variable) === line && !line.before;
      if (first && sign !== "=") return { seen: fill("{variable} does not exist yet: its first line sets it with =", { variable }), hint: "" };
      if (!first && sign === "=") return mistake("overwritten", { variable });
    }
    let f, pairs;
    try {
      f = read(text.replace(/#.*/, ""));
      pairs = [inputs, ...others].map((xs, i) => {
        const dout = 0.7 + 0.35 * i, u = f(known(xs, dout)), [a, b] = sides(xs, line.gate, line.stage);
        return [sign === "-=" ? -u : u, [dout * a, dout * b], dout * slope(xs, line.up, 0)];
      });
    } catch (error) { return { seen: error.message, hint: "" }; }
    pairs = pairs.filter(([u, [a, b]]) => Number.isFinite(u) && Number.isFinite(a + b));
    if (pairs.length < 2) return { seen: "this cannot be computed", hint: "" };
    if (pairs.every(([u, [a, b]]) => near(u, a) || near(u, b) || (u > a && u < b))) return null;
    const smooth = pairs.filter(([, [a, b]]) => a === b && Math.abs(a) > 1e-9), ratios = smooth.map(([u, [a]]) => u / a);
    if (smooth.length && ratios.every((r) => near(r, -1))) return mistake("sign", { variable, where: "" });
    if (smooth.length && smooth.every(([u, [a], up]) => near(u * up, a))) return mistake("no_upstream", { variable });
    if (smooth.length > 1 && ratios.every((r) => near(r, ratios[0])) && Math.abs(ratios[0]) > 1e-6) return mistake("factor", { variable, ratio: Number(ratios[0].toPrecision(4)) });
    return mistake("local_gradient", { variable });
  }

  function ofGate(k, text) {
    const u = Number(text.replace(/\u2212/g, "-").replace(",", ".")), variable = fill("the gradient of {x}", { x: gates[k].n || gates[k].t || fill("gate {n}", { n: k }) });
    if (!Number.isFinite(u)) return { seen: "this is no number", hint: "" };
    const [a, b] = sides(inputs, k, 0), room = 0.0051 + 0.01 * Math.max(Math.abs(a), Math.abs(b));
    if (u >= a - room && u <= b + room) return null;
    if (a === b && Math.abs(u + a) <= room) return mistake("sign", { variable, where: "" });
    const stages = [...new Set(gates.filter((gate) => gate.o && gate.o.includes(k)).map((gate) => gate.s))];
    if (stages.length > 1) {
      const terms = stages.map((s) => [s, slope(inputs, k, s)]);
      if (terms.some(([, t]) => Math.abs(u - t) <= room)) return mistake("overwritten", { variable });
      const lost = terms.find(([, t]) => Math.abs(u + t - a) <= room && Math.abs(t) > room);
      if (lost) return mistake("term_missing", { variable, term: fill("stage {n}", { n: lost[0] }) });
    }
    return mistake("unknown", { variable });
  }

  // ---- the boxes

  const written = new Map(), verdicts = new Map(), order = [];
  let level = 1, stuck = "";

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
    const k = Number(e.dataset.gate), room = e.querySelector("text.g");
    if (k === last || !room || !/^_+$/.test(room.textContent)) return;
    const place = document.createElementNS("http://www.w3.org/2000/svg", "foreignObject");
    Object.entries({ x: room.getAttribute("x") - 1, y: room.getAttribute("y") - 13, width: 44, height: 18 }).forEach(([name, value]) => place.setAttribute(name, value));
    room.classList.add("boxed");
    place.append(box("gate" + k, fill("the gradient of {x}", { x: gates[k].n || gates[k].t || fill("gate {n}", { n: k }) }), (text) => ofGate(k, text)));
    e.append(place);
  });
  all(".values tr[data-gate]").forEach((e) => {
    const k = Number(e.dataset.gate), blank = e.querySelector(".blank");
    if (!blank || k === last) return;
    blank.classList.add("boxed");
    blank.after(box("gate" + k, fill("the gradient of {x}", { x: gates[k].n }), (text) => ofGate(k, text)));
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
