// What only the browser can do: focus, scrolling, the drawer. Everything else is decided by the server.
const playground = (() => {
  let remembered = "";
  const find = (id) => document.getElementById(id);
  const later = (act) => setTimeout(act, 30); // after the page has drawn what came with this
  const scroller = () => find("scroll");

  document.addEventListener("focusin", (e) => {
    remembered = e.target.dataset?.focus ?? "";
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") drawer(false);
  });

  const items = () => [...document.querySelectorAll(".q-menu .q-item")];
  document.addEventListener("keydown", (e) => {
    const at = items().indexOf(document.activeElement);
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (at < 0 || !by) return;
    e.preventDefault();
    items().at((at + by) % items().length).focus();
  });

  function nearEnd() {
    const box = scroller();
    return box && box.scrollHeight - box.scrollTop - box.clientHeight < 160;
  }
  function end() {
    const box = scroller();
    if (box) box.scrollTop = box.scrollHeight;
  }
  function show(number) {
    const one = document.querySelector(`[data-n="${Number(number)}"]`);
    if (!one) return end();
    one.scrollIntoView({ block: "center" });
    one.classList.add("found");
    setTimeout(() => one.classList.remove("found"), 2400);
  }
  function drawer(open) {
    const was = document.body.classList.contains("drawer");
    document.body.classList.toggle("drawer", open);
    if (open) later(() => document.querySelector("#sidebar a")?.focus());
    else if (was) document.querySelector(".drawer-open")?.focus();
  }

  return {
    drawer,
    end: () => later(end),
    // Puts a text in a field unless somebody typed on meanwhile; what they added stays behind it.
    put(id, text, was) {
      const field = find(id);
      if (!field || !field.value.startsWith(was)) return;
      field.value = text + field.value.slice(was.length);
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
      if (field.value !== text) field.dispatchEvent(new Event("input")); // the server has not seen the rest
    },
    enterMenu: () => items()[0]?.focus(),
    focus: (id) => later(() => find(id)?.focus()),
    reveal: (id) => later(() => find(id)?.scrollIntoView({ block: "nearest" })),
    // A redraw takes the focus away with the old element: give it to the one that took its place.
    refocus() {
      const wanted = remembered;
      if (!wanted) return;
      later(() => {
        if (document.activeElement && document.activeElement !== document.body) return;
        document.querySelector(`[data-focus="${CSS.escape(wanted)}"]`)?.focus({ preventScroll: true });
      });
    },
    opened(address, number) {
      history.replaceState(history.state, "", address);
      later(() => (number ? show(number) : end()));
    },
    posted(number, mine) {
      if (mine || nearEnd()) later(() => mine ? document.querySelector(`[data-n="${Number(number)}"]`)
        ?.scrollIntoView({ block: "nearest" }) : end());
    },
  };
})();
window.playground = playground;
