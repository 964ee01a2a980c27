(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);
  const fill = (words, parts) => words.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
  document.documentElement.classList.add("js");
  const status = byId("status"), panel = byId("panel"), now = byId("now");
  const idle = status.textContent;
  let step = -1, picked = -1;

  // ---- stepping through the backward pass

  function show() {
    const one = step < 0 ? null : STEPS[step];
    const works = (gate) => one !== null && one.g.includes(Number(gate));
    all("[data-s]").forEach((e) => {
      const pass = e.closest("#forward") ? 1 : e.closest("#backward") ? 0 : -1;
      const here = one !== null && Number(e.dataset.s) === one.s && (pass < 0 || pass === one.f);
      e.classList.toggle("on", e.dataset.gate === undefined ? here : works(e.dataset.gate));
    });
    all(".picture [data-target]").forEach((e) => e.classList.toggle("on", works(e.dataset.target)));
    all(".gate[data-gate], .values tr[data-gate]").forEach((e) => {
      const k = Number(e.dataset.gate);
      all("text.v, td.v", e).forEach((t) => t.classList.toggle("todo", one !== null && !one.v.includes(k)));
      if (!BLANK) all("text.g, td.g", e).forEach((t) => t.classList.toggle("todo", one !== null && !one.k.includes(k)));
    });
    const way = one !== null && one.f ? "Step {n} of {m}: forward through stage {stage}." : "Step {n} of {m}: back through stage {stage}.";
    status.textContent = one === null ? idle : fill(way, { n: step + 1, m: STEPS.length, stage: one.s }) + " " + said(one);
    document.body.classList.toggle("stepping", one !== null);
    now.hidden = one === null;
    now.replaceChildren(...(one !== null ? all("#forward li.on, #backward li.on") : []).map((e) => { const copy = e.cloneNode(true); copy.className = ""; copy.removeAttribute("data-s"); return copy; }));
    const lit = all(".gate.on, #code li.on").map((e) => e.getBoundingClientRect()).filter((box) => box.height);
    if (one !== null && lit.length && !lit.some((box) => box.top >= 0 && box.bottom < innerHeight - 40)) {
      all(".gate.on").filter((e) => e.getBoundingClientRect().height).slice(0, 1).forEach((e) => e.scrollIntoView({ block: "center" }));
    }
  }

  // what is read out: lines with the numbers put in, those of today where an input was changed

  function said(one) {
    if (!changed()) return [...one.t.map((line) => line + "."), ...one.w].join(" ");
    return one.g.slice().reverse().flatMap((k) => {
      if (one.f) return [(GATES[k].n || "this gate") + ": " + fixed(values[k], 2) + "."];
      return GATES[k].o.map((source, port) => to(source, port, k));
    }).join(" ");
  }

  function go(by) {
    step = Math.max(-1, Math.min(STEPS.length - 1, step + by));
    show();
  }

  byId("back").addEventListener("click", () => go(-1));
  byId("forth").addEventListener("click", () => go(1));
  document.addEventListener("keydown", (event) => {
    const tag = event.target.tagName;
    if (tag === "INPUT" || tag === "TEXTAREA" || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowRight") { go(1); event.preventDefault(); }
    if (event.key === "ArrowLeft") { go(-1); event.preventDefault(); }
    if (event.key === "Escape") { step = -1; pick(-1); show(); }
  });

  // ---- a group of gates as one, or taken apart; where an input was changed, the other picture would not be true

  const swap = byId("switch");

  function swapped(on) {
    all(".picture").forEach((e) => { e.hidden = e.classList.contains("other") !== on; });
    if (swap && on !== (swap.getAttribute("aria-pressed") === "true")) {
      const text = swap.textContent;
      swap.textContent = swap.dataset.other;
      swap.dataset.other = text;
      swap.setAttribute("aria-pressed", String(on));
    }
  }

  if (swap) swap.addEventListener("click", () => swapped(swap.getAttribute("aria-pressed") !== "true"));

  // ---- formulas that are too wide for the page shrink

  function fit() {
    all(".scroll, .f").forEach((e) => { e.style.fontSize = ""; });
    for (let round = 0; round < 3; round++) {
      all(".scroll, .f").forEach((e) => {
        const size = parseFloat(e.style.fontSize) || 1;
        if (e.scrollWidth > e.clientWidth) e.style.fontSize = Math.max(0.5, (0.97 * size * e.clientWidth) / e.scrollWidth) + "em";
      });
    }
  }
  fit();
  addEventListener("resize", fit);
  addEventListener("beforeprint", () => all(".scroll, .f").forEach((e) => { e.style.fontSize = ""; }));
  addEventListener("afterprint", fit);

  // ---- a gate explains itself

  function paragraph(nodes) {
    const p = document.createElement("p");
    nodes.forEach((n) => p.append(n));
    panel.append(p);
  }

  function pick(gate) {
    picked = gate;
    all(".picked").forEach((e) => e.classList.remove("picked"));
    panel.hidden = gate < 0;
    panel.textContent = "";
    if (gate < 0) return;
    all('[data-gate="' + gate + '"]').forEach((e) => e.classList.add("picked"));
    const row = document.querySelector('.gates tr[data-gate="' + gate + '"]');
    if (row) {
      Array.from(row.children).forEach((cell, i) => {
        const copy = document.createElement("span");
        copy.innerHTML = cell.innerHTML;
        if (i === 0) { paragraph([copy, " "]); } else if (i === 1) { panel.lastChild.append(copy); } else paragraph([copy]);
      });
      if (!BLANK && GATES.length && GATES[gate].o) products(gate);
    } else {
      const title = document.querySelector('.gate[data-gate="' + gate + '"] title');
      paragraph([(title ? title.textContent : "").split("\n").join(", ")]);
    }
  }

  function products(gate) {
    GATES[gate].o.forEach((source, port) => paragraph([fill("gradient to {name}: local {local} × upstream {up}{result}", { name: called(source, port), local: fixed(local(gate, port), 4), up: bracketed(fixed(gradients[gate], 4)), result: equals([local(gate, port), gradients[gate]], handed(gate, port), 4) })]));
  }

  function called(source, port) {
    return GATES[source].n || fill("input no. {n}", { n: port + 1 });
  }

  function to(source, port, gate) {
    return fill("Gradient to {name}: {product}.", { name: called(source, port), product: product(gate, port) });
  }

  function local(gate, port) {
    return GATES[gate].d[port](GATES[gate].o.map((k) => values[k]), values[gate], 1, values);
  }

  function product(gate, port) {
    const part = handed(gate, port), up = gradients[gate];
    return fixed(local(gate, port), 2) + " · " + bracketed(fixed(up, 2)) + equals([local(gate, port), up], part, 2);
  }

  // a result behind = where what is printed holds exactly, else behind ≈

  function equals(factors, result, digits) {
    const printed = factors.map((x) => Number(fixed(x, digits).replace(/\u2212/g, "-")));
    return (fixed(printed[0] * printed[1], digits) === fixed(result, digits) ? " = " : " ≈ ") + fixed(result, digits);
  }

  function bracketed(text) {
    return text[0] === "\u2212" ? "(" + text + ")" : text;
  }

  all(".gate[data-gate]").forEach((e) => {
    const gate = Number(e.dataset.gate);
    e.addEventListener("click", () => pick(picked === gate ? -1 : gate));
    e.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { pick(gate); event.preventDefault(); }
    });
  });
  all(".gates tr[data-gate]").forEach((e) => e.addEventListener("click", () => pick(Number(e.dataset.gate))));

  // ---- values and gradients, computed here

  const values = [], gradients = [], example = GATES.map((gate) => gate.x);

  function changed() {
    return GATES.some((gate, k) => !gate.o && gate.x !== example[k]);
  }

  function handed(gate, port) {
    return GATES[gate].d[port](GATES[gate].o.map((k) => values[k]), values[gate], gradients[gate], values);
  }

  function compute() {
    GATES.forEach((gate, k) => { values[k] = gate.o ? gate.f(gate.o.map((j) => values[j]), values) : gate.x; });
    GATES.forEach((gate, k) => { gradients[k] = 0; });
    gradients[OUTPUT] = 1;
    for (let k = GATES.length - 1; k >= 0; k--) {
      if (GATES[k].o) GATES[k].o.forEach((source, port) => { gradients[source] += handed(k, port); });
    }
  }

  function fixed(x, digits) {
    if (!Number.isFinite(x)) return String(x).replace("Infinity", "inf").replace("NaN", "nan");
    x += 0;
    let text = Math.abs(x) >= 1e6 || (x !== 0 && Math.abs(x) < 0.5 * Math.pow(10, -digits)) ? x.toExponential(1).replace("e+", "e") : x.toFixed(digits);
    return text.replace(/-/g, "\u2212");
  }

  const OUTPUT = GATES.reduce((last, gate, k) => (GATES.some((other) => other.o && other.o.includes(k)) ? last : k), GATES.length - 1);

  function write() {
    compute();
    GATES.forEach((_, k) => {
      all('.gate[data-gate="' + k + '"]').forEach((e) => {
        all("text.v", e).forEach((t) => { t.textContent = fixed(values[k], 2); });
        all("text.g", e).forEach((t) => { t.textContent = fixed(gradients[k], 2); });
        const title = e.querySelector("title");
        title.textContent = [title.textContent.split("\n")[0], TIP[0] + " " + values[k], TIP[1] + " " + gradients[k]].join("\n");
        e.setAttribute("aria-label", title.textContent.split("\n").join(", "));
      });
      all('.values tr[data-gate="' + k + '"]').forEach((e) => {
        all("td.v", e).forEach((t) => { t.textContent = fixed(values[k], 4); t.title = String(values[k]); });
        all("td.g", e).forEach((t) => { t.textContent = fixed(gradients[k], 4); t.title = String(gradients[k]); });
      });
    });
    if (picked >= 0) pick(picked);
  }

  // ---- words, fork sums and checks follow an input that was changed; what a machine cannot say again is withdrawn

  const told = all(".words, .forks li, .sensitivity li, .check tbody td").map((e) => [e, e.innerHTML]);

  function output(k, x) {
    const before = GATES[k].x;
    GATES[k].x = x;
    compute();
    const found = values[OUTPUT];
    GATES[k].x = before;
    compute();
    return found;
  }

  function retell() {
    told.forEach(([e, text]) => { e.innerHTML = text; });
    if (swap) { swap.disabled = changed(); if (changed()) swapped(false); }
    if (!changed()) return;
    all(".words").forEach((e) => {
      const gate = Number(e.closest("tr").dataset.gate);
      e.textContent = GATES[gate].o.map((source, port) => to(source, port, gate)).join(" ");
    });
    all(".forks li").forEach((e) => {
      const k = Number(e.dataset.of), parts = [];
      GATES.forEach((gate, j) => (gate.o || []).forEach((source, port) => { if (source === k) parts.unshift(handed(j, port)); }));
      const sum = parts.map((x) => Number(fixed(x, 2).replace(/\u2212/g, "-"))).reduce((a, b) => a + b, 0);
      const sign = fixed(sum, 2) === fixed(gradients[k], 2) ? " = " : " ≈ ";
      e.textContent = fill("{x} forks into {n} wires: {sum}; the gradients that flow back along them add up.", { x: called(k, 0), n: parts.length, sum: parts.map((x, i) => (i ? bracketed(fixed(x, 2)) : fixed(x, 2))).join(" + ") + sign + fixed(gradients[k], 2) });
    });
    all(".sensitivity").forEach((list) => list.replaceChildren(...GATES.flatMap((gate, k) => {
      if (gate.o) return [];
      const item = document.createElement("li"), change = output(k, gate.x + 0.01) - values[OUTPUT];
      const way = change > 0 ? "If {x} grew by {h}, the output would rise by about {y}." : change ? "If {x} grew by {h}, the output would fall by about {y}." : "If {x} grew by {h}, the output would not change.";
      item.textContent = fill(way, { x: gate.n, h: 0.01, y: Number(Math.abs(change).toPrecision(2)) });
      return [item];
    })));
    all(".check tr[data-of]").forEach((e) => {
      const k = GATES.findIndex((gate) => !gate.o && (gate.n === e.dataset.of || gate.t === e.dataset.of)), cells = all("td", e);
      if (k < 0) { cells.forEach((cell) => { cell.textContent = "at the example inputs only"; }); return; }
      const x = GATES[k].x, at = (h) => (output(k, x + h) - output(k, x - h)) / (2 * h), side = (h) => (output(k, x + h) - values[OUTPUT]) / h;
      const numeric = (4 * at(1e-4) - at(2e-4)) / 3, kink = Math.abs(side(1e-6) - side(-1e-6)) > 1e-3 * (1 + Math.abs(numeric));
      const error = Math.abs(numeric - gradients[k]) / Math.max(Math.abs(numeric), Math.abs(gradients[k]), 1e-8);
      const lost = error > 1e-4 && Math.abs(numeric - gradients[k]) < 1e-11 * Math.abs(values[OUTPUT]);
      cells[0].textContent = fixed(gradients[k], 8);
      cells[1].textContent = fixed(numeric, 8);
      cells[2].textContent = kink ? fill("at a kink: slopes {a} and {b}", { a: fixed(side(-1e-6), 2), b: fixed(side(1e-6), 2) }) : lost ? "lost in rounding" : error < 1e-8 ? "< 1e\u22128" : error.toExponential(0).replace("-", "\u2212");
    });
  }

  if (GATES.length) {
    const list = document.querySelector(".sensitivity"), sentences = list ? [...list.children] : [];
    const set = (k, x, source) => {
      if (!Number.isFinite(x)) return;
      GATES[k].x = x;
      all('[data-input="' + k + '"]').forEach((e) => { if (e !== source) e.value = Number(x.toPrecision(6)); });
      write();
      if (list) list.replaceChildren(...sentences);
      retell();
      if (step >= 0) show();
    };
    all("[data-input]").forEach((e) => {
      const k = Number(e.dataset.input);
      if (e.type === "range") { const far = Math.max(5, 2 * Math.abs(example[k])); e.min = -far; e.max = far; e.value = example[k]; }
      e.addEventListener("input", () => set(k, e.valueAsNumber, e));
    });
    all(".gate.input[data-gate]").forEach((e) => {
      const k = Number(e.dataset.gate);
      let from = null, at = 0;
      e.addEventListener("pointerdown", (event) => { from = event.clientX; at = GATES[k].x; e.setPointerCapture(event.pointerId); });
      e.addEventListener("pointermove", (event) => {
        if (from === null || Math.abs(event.clientX - from) < 3) return;
        set(k, Math.round(100 * (at + (event.clientX - from) / 40)) / 100, null);
      });
      e.addEventListener("pointerup", () => { from = null; });
      e.addEventListener("pointercancel", () => { from = null; });
    });
    byId("reset").addEventListener("click", () => GATES.forEach((gate, k) => { if (!gate.o) set(k, example[k], null); }));
    compute();
    window.handout = { values, gradients, names: GATES.map((gate) => gate.n), set: (k, x) => set(k, x, null) };
  }
})();
