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
    const stage = step < 0 ? 0 : STEPS[step];
    all("[data-s]").forEach((e) => e.classList.toggle("on", stage > 0 && Number(e.dataset.s) === stage));
    all(".picture [data-target]").forEach((e) => {
      const gate = document.querySelector('.gate[data-gate="' + e.dataset.target + '"]');
      e.classList.toggle("on", stage > 0 && gate !== null && Number(gate.dataset.s) === stage);
    });
    if (!BLANK) {
      all(".gate[data-gate], .values tr[data-gate]").forEach((e) => {
        const todo = stage > 0 && KNOWN[Number(e.dataset.gate)] < stage;
        all("text.g, td.g", e).forEach((t) => t.classList.toggle("todo", todo));
      });
    }
    status.textContent = stage ? fill("Step {n} of {m}: backprop through stage {stage}.", { n: step + 1, m: STEPS.length, stage: stage }) + " " + said(stage) : idle;
    document.body.classList.toggle("stepping", stage > 0);
    now.hidden = !stage;
    now.replaceChildren(...(stage ? all("#backward li.on") : []).map((e) => { const copy = e.cloneNode(true); copy.className = ""; copy.removeAttribute("data-s"); return copy; }));
    const lit = all(".gate.on, #backward li.on").map((e) => e.getBoundingClientRect()).filter((box) => box.height);
    if (stage && lit.length && !lit.some((box) => box.top >= 0 && box.bottom < innerHeight - 40)) {
      all(".gate.on").filter((e) => e.getBoundingClientRect().height).slice(0, 1).forEach((e) => e.scrollIntoView({ block: "center" }));
    }
  }

  // what is read out: the words as long as they are true, else the numbers of today

  function said(stage) {
    if (!changed()) return SAID[step] || "";
    const ends = new Set();
    GATES.forEach((gate, k) => { if (gate.o && all('.gate[data-gate="' + k + '"][data-s="' + stage + '"]').length) gate.o.forEach((source) => ends.add(source)); });
    return [...ends].map((k) => fill("The gradient on {wire} is {x}.", { wire: GATES[k].n || "an inner wire", x: fixed(gradients[k], 2) })).join(" ");
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
    GATES[gate].o.forEach((source, port) => {
      const part = handed(gate, port), up = gradients[gate];
      const local = GATES[gate].d[port](GATES[gate].o.map((k) => values[k]), values[gate], 1, values);
      const name = GATES[source].n || "input " + (port + 1);
      paragraph([fill("gradient to {name}: local {local} × upstream {up} = {part}", { name: name, local: fixed(local, 4), up: fixed(up, 4), part: fixed(part, 4) })]);
    });
  }

  all(".gate").forEach((e) => {
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
        title.textContent = [title.textContent.split("\n")[0], "value " + values[k], "gradient " + gradients[k]].join("\n");
        e.setAttribute("aria-label", title.textContent.split("\n").join(", "));
      });
      all('.values tr[data-gate="' + k + '"]').forEach((e) => {
        all("td.v", e).forEach((t) => { t.textContent = fixed(values[k], 4); t.title = String(values[k]); });
        all("td.g", e).forEach((t) => { t.textContent = fixed(gradients[k], 4); t.title = String(gradients[k]); });
      });
    });
    if (picked >= 0) pick(picked);
  }

  if (GATES.length) {
    const stale = (on) => all(".words, .forks, .check").forEach((e) => e.classList.toggle("stale", on));
    const set = (k, x, source) => {
      if (!Number.isFinite(x)) return;
      GATES[k].x = x;
      all('[data-input="' + k + '"]').forEach((e) => { if (e !== source) e.value = Number(x.toPrecision(6)); });
      stale(changed());
      write();
      if (step >= 0) show();
    };
    all("[data-input]").forEach((e) => {
      const k = Number(e.dataset.input);
      if (e.type === "range") { const far = Math.max(5, 2 * Math.abs(example[k])); e.min = -far; e.max = far; e.value = example[k]; }
      e.addEventListener("input", () => set(k, e.valueAsNumber, e));
    });
    all(".gate.input").forEach((e) => {
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
