// Extras; every page works without them. The exit button covers the page at once and replaces it in
// the history; Shift pressed three times within five seconds does the same, except in text fields.
(() => {
  "use strict";
  const exit = document.querySelector("[data-exit]");
  const cover = () => document.documentElement.classList.add("gone");
  const leave = () => {
    cover();
    document.title = "…";
    location.replace(exit.href);
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
  // Colours and size are changed without leaving the page: what stands in a form would be lost.
  const root = document.documentElement;
  document.querySelectorAll("form[data-display]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      const pressed = event.submitter;
      if (!pressed || !pressed.name) return;
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form));
      body.set(pressed.name, pressed.value);
      fetch(form.action, { method: "POST", body, redirect: "manual" }).then((answer) => {
        if (answer.type !== "opaqueredirect") return;
        form.querySelectorAll("[aria-pressed]").forEach((tool) => {
          if (tool.name === pressed.name) tool.setAttribute("aria-pressed", String(tool === pressed));
          if (tool.getAttribute("aria-pressed") === "true") root.dataset[tool.name] = tool.value;
        });
      });
    });
  });
  // Answers that are kept nowhere stay in no history either: the next page takes the place of this one.
  document.querySelectorAll("form[data-here]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      const pressed = event.submitter;
      if (!pressed || (pressed.name && form.hasAttribute("data-display"))) return;
      event.preventDefault();
      const to = pressed.hasAttribute("formaction") ? pressed.formAction : form.action;
      const body = new URLSearchParams(new FormData(form));
      if (pressed.name) body.set(pressed.name, pressed.value);
      const inPlace = (page) => {
        if (root.classList.contains("gone")) return;
        history.replaceState(null, "", to);
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
      fetch(to, { method: "POST", body }).then((answer) => answer.text()).then(inPlace, asEver);
    });
  });
  // Another language is another page: what stands in a step is saved before it is left. What could
  // not be saved is sent as by its button, so that the page appears which says so and keeps it.
  const step = document.getElementById("step");
  if (step) {
    document.querySelectorAll("nav a[hreflang]").forEach((link) => {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const unlessLeaving = (go) => root.classList.contains("gone") || go();
        const again = () => unlessLeaving(() => step.submit());
        fetch(step.action, { method: "POST", body: new FormData(step), redirect: "manual" }).then((answer) => {
          const saved = answer.type === "opaqueredirect" || answer.status === 422;
          if (saved) unlessLeaving(() => location.assign(link.href));
          else again();
        }, again);
      });
    });
  }
  const slips = document.getElementById("slips");
  if (slips) slips.focus();
})();
