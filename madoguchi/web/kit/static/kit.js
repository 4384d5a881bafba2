// Extras; every page works without them. The exit button covers the page at once and replaces it in
// the history; Shift pressed three times within five seconds does the same, except in text fields.
(() => {
  "use strict";
  const exit = document.querySelector("[data-exit]");
  const cover = () => document.documentElement.classList.add("gone");
  const leave = () => {
    cover();
    document.title = "…";
    // Without a connection nothing would be forgotten: the covered page waits for it.
    const go = () => location.replace(exit.href);
    if (navigator.onLine) go();
    else addEventListener("online", go, { once: true });
  };
  if (exit) {
    exit.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });
    const typing = (at) => at.closest("input, textarea, select, [contenteditable]");
    let pressed = [];
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Shift" || event.repeat || event.isComposing || event.keyCode === 229) {
        if (event.key !== "Shift") pressed = [];
        return;
      }
      if (typing(event.target)) return;
      pressed = pressed.filter((at) => event.timeStamp - at < 5000).concat(event.timeStamp);
      if (pressed.length === 3) leave();
    });
  }
  // A page kept by the browser for the Back button is asked for anew where nothing may stay.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.documentElement.hasAttribute("data-fresh")) {
      cover();
      location.reload();
    }
  });
  // Colours and size are changed without leaving the page.
  const root = document.documentElement;
  document.querySelectorAll("[data-display]").forEach((tools) => {
    tools.addEventListener("click", (event) => {
      const pressed = event.target.closest("[aria-pressed]");
      if (!pressed) return;
      event.preventDefault();
      const body = new URLSearchParams({ [pressed.name]: pressed.value });
      fetch(tools.dataset.display, { method: "POST", body, redirect: "manual" }).then((answer) => {
        if (answer.type !== "opaqueredirect") return;
        tools.querySelectorAll("[aria-pressed]").forEach((tool) => {
          if (tool.name === pressed.name) tool.setAttribute("aria-pressed", String(tool === pressed));
          if (tool.getAttribute("aria-pressed") === "true") root.dataset[tool.name] = tool.value;
        });
      });
    });
  });
  // Answers that are kept nowhere stay in no history either: the next page takes the place of this
  // one, or (`after`) stands after it. Back finds an address, with nothing to be sent again.
  const { pathname } = location;
  addEventListener("popstate", () => location.pathname === pathname || location.reload());
  document.querySelectorAll("form[data-here]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      const pressed = event.submitter;
      if (!pressed) return;
      event.preventDefault();
      const to = pressed.hasAttribute("formaction") ? pressed.formAction : form.action;
      const body = new URLSearchParams(new FormData(form));
      if (pressed.name) body.set(pressed.name, pressed.value);
      const inPlace = ([at, page]) => {
        if (root.classList.contains("gone")) return;
        const after = form.dataset.here === "after" && new URL(at).pathname !== pathname;
        history[after ? "pushState" : "replaceState"](null, "", at);
        document.open();
        document.write(page);
        document.close();
        scrollTo(0, 0);
        document.getElementById("main").focus();
      };
      const asEver = () => {
        const word = document.createElement("input");
        Object.assign(word, { type: "hidden", name: pressed.name, value: pressed.value });
        form.append(word);
        form.action = to;
        form.submit();
      };
      const read = async (answer) => [answer.url, await answer.text()];
      fetch(to, { method: "POST", body }).then(read).then(inPlace, asEver);
    });
  });
  const slips = document.getElementById("slips");
  if (slips) slips.focus();
})();
