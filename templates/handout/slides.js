(function () {
  const slides = Array.from(document.querySelectorAll(".slide"));
  const place = document.getElementById("place");
  document.documentElement.classList.add("js");
  let now = Math.min(slides.length, Math.max(1, Number(location.hash.slice(1)) || 1)) - 1;

  function show(at) {
    now = Math.max(0, Math.min(slides.length - 1, at));
    slides.forEach((e, i) => e.classList.toggle("now", i === now));
    place.textContent = (now + 1) + " / " + slides.length;
    history.replaceState(null, "", "#" + (now + 1));
    document.getElementById("said").textContent = slides[now].dataset.said;
    slides[now].scrollTop = 0;
    closer(slides[now]);
  }

  // where letters would be small, as on a phone, a slide shows what is around its gate
  function closer(slide) {
    const drawing = slide.querySelector("svg"), lit = drawing && /--o(\d+):/.exec(drawing.getAttribute("style"));
    if (!lit) return;
    const whole = drawing.dataset.whole || (drawing.dataset.whole = drawing.getAttribute("viewBox"));
    const [x, y, w, h] = whole.split(" ").map(Number), room = drawing.getBoundingClientRect();
    const wide = (room.width * 14) / 10, high = (room.height * 14) / 10;
    const spot = document.querySelector('#circuit [data-gate="' + lit[1] + '"] rect');
    if (!spot || !room.width || Math.min(room.width / w, room.height / h) * 14 >= 9) { drawing.setAttribute("viewBox", whole); return; }
    const at = (name, size) => Number(spot.getAttribute(name)) + Number(spot.getAttribute(size)) / 2;
    const from = (middle, length, low, all) => (length >= all ? low + (all - length) / 2 : Math.max(low, Math.min(low + all - length, middle - length / 2)));
    drawing.setAttribute("viewBox", [from(at("x", "width"), wide, x, w), from(at("y", "height"), high, y, h), wide, high].join(" "));
  }

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -slides.length, End: slides.length }[event.key];
    if (by === undefined || (event.key === " " && event.target.tagName === "BUTTON")) return;
    show(now + by);
    event.preventDefault();
  });
  document.getElementById("back").addEventListener("click", () => show(now - 1));
  document.getElementById("forth").addEventListener("click", () => show(now + 1));
  addEventListener("resize", () => closer(slides[now]));
  addEventListener("hashchange", () => show((Number(location.hash.slice(1)) || 1) - 1));
  let from = null;
  document.addEventListener("touchstart", (event) => { from = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!from) return;
    const dx = event.changedTouches[0].clientX - from.clientX, dy = event.changedTouches[0].clientY - from.clientY;
    if (Math.abs(dx) > 40 && Math.abs(dx) > 2 * Math.abs(dy)) show(now + (dx < 0 ? 1 : -1));
    from = null;
  }, { passive: true });
  show(now);
})();
